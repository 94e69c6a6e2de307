'use strict';
// Starts a program of ccprobe-linux-x64, and ends with its status or signal.
const { spawn } = require('node:child_process');
const path = require('node:path');

function find(name) {
	try {
		const folder = path.dirname(require.resolve('ccprobe-linux-x64/package.json'));
		return path.join(folder, 'ccprobe', 'bin', name);
	} catch {
		return null;
	}
}

module.exports = function launch(name) {
	const program = find(name);
	if (!program) {
		console.error(`${name}: no program for ${process.platform}-${process.arch} is installed. It is packed for Linux ` +
			'on x64 with glibc (ccprobe-linux-x64, an optional dependency: was it left out?); elsewhere use a container ' +
			'with Debian 12, or build it from source.');
		process.exit(3);
	}
	const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => child.kill(signal));
	child.on('error', (error) => {
		console.error(`${name}: ${program}: ${error.message}`);
		process.exit(3);
	});
	child.on('exit', (status, signal) => {
		if (!signal)
			process.exit(status);
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	});
};
