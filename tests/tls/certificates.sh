#!/usr/bin/env bash
# Makes certificates for tests in the folder DIR, all with the key DIR/key.pem:
#   ca.pem        the authority that signed those below
#   good.pem      for localhost, 127.0.0.1 and ::1
#   soon.pem      the same, for five days from now on
#   expired.pem   the same, until 2021
#   notyet.pem    the same, from 2100 on
#   name.pem      for other.example only
#   self.pem      for localhost, signed by itself
#   chain.pem     good.pem with ca.pem behind it
set -euo pipefail

cd "$1"
san="DNS:localhost,IP:127.0.0.1,IP:::1"

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	-out key.pem 2>/dev/null
openssl req -x509 -new -key key.pem -subj "/O=Test/CN=Test Authority" \
	-days 3650 -out ca.pem 2>/dev/null
openssl req -x509 -new -key key.pem -subj "/CN=self.example" -days 3650 \
	-addext "subjectAltName=$san" -out self.pem 2>/dev/null
openssl req -new -key key.pem -subj "/CN=server.example" -out request.pem \
	2>/dev/null

cat >ca.cnf <<-END
	[ca]
	default_ca = own
	[own]
	database = index.txt
	serial = serial.txt
	new_certs_dir = .
	certificate = ca.pem
	private_key = key.pem
	default_md = sha256
	policy = any
	unique_subject = no
	[any]
	commonName = supplied
END
: >index.txt
echo 1000 >serial.txt

# sign NAME SAN FROM TO
sign() {
	printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\n' "$2" >ext.cnf
	openssl ca -batch -notext -config ca.cnf -extfile ext.cnf \
		-startdate "$3" -enddate "$4" -in request.pem -out "$1" \
		2>/dev/null
}

sign good.pem "$san" 20200101000000Z 21000101000000Z
sign soon.pem "$san" 20200101000000Z \
	"$(date -u -d '+5 days' +%Y%m%d%H%M%SZ)"
sign expired.pem "$san" 20200101000000Z 20210101000000Z
sign notyet.pem "$san" 21000101000000Z 21010101000000Z
sign name.pem "DNS:other.example" 20200101000000Z 21000101000000Z
cat good.pem ca.pem >chain.pem
