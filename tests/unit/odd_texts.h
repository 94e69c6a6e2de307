/* Requests that have as much in them as their format knows. Their quotes are
 * single ones. */
#ifndef TESTS_UNIT_ODD_TEXTS_H
#define TESTS_UNIT_ODD_TEXTS_H

#define FRONT "{'model':'claude-opus-5-5','max_tokens':2000,"
#define SAYS(text) "{'role':'user','content':'" text "'}"
#define SCHEMA \
	"{'type':'object','properties':{'path':{'type':'string','enum':" \
	"['/a','/b']},'n':{'type':'integer','minimum':2}},'required':" \
	"['path','n']}"
#define EPHEMERAL "'cache_control':{'type':'ephemeral','ttl':'5m'}"
#define READ "{'name':'Read','description':'d','input_schema':" SCHEMA "}"
#define CALLED \
	"{'role':'assistant','content':[{'type':'text','text':'I read'}," \
	"{'type':'tool_use','id':'toolu_1','name':'Read','input':{'path':" \
	"'/a','n':3}}]},{'role':'user','content':[{'type':'tool_result'," \
	"'tool_use_id':'toolu_1','content':[{'type':'text','text':'r'}]," \
	"'is_error':false},{'type':'text','text':'and now'," EPHEMERAL "}]}"

static const char *const messages[] = {
	/* a turn with everything beside it */
	FRONT
	"'system':[{'type':'text','text':'s'," EPHEMERAL "}],"
	"'messages':[" SAYS(
		"a [tool:Read {}]") "," CALLED "],"
				    "'tools':[" READ
				    ",{'name':'Write','input_schema':{'type':"
				    "'object'}," EPHEMERAL
				    "}],'tool_choice':{'type':'auto',"
				    "'disable_parallel_tool_use':false},'stop_"
				    "sequences':['zz'],"
				    "'metadata':{'user_id':'u'},'service_tier':"
				    "'auto',"
				    "'thinking':{'type':'adaptive','display':'"
				    "summarized'},"
				    "'output_config':{'effort':'high'},'"
				    "context_management':{"
				    "'edits':[{'type':'clear_thinking_20251015'"
				    ",'keep':'all'}]},"
				    "'stream':false}",
	/* media, results with media, and numbers */
	FRONT "'messages':[{'role':'user','content':[{'type':'image',"
	      "'source':{'type':'base64','media_type':'image/png','data':"
	      "'iVBORw0KGgo='}},{'type':'document','source':{'type':'text',"
	      "'media_type':'text/plain','data':'d'},'title':'t','citations':{"
	      "'enabled':true}},{'type':'text','text':'hm'}]}],"
	      "'temperature':1,'thinking':{'type':'disabled'},'tools':[" READ
	      "],'tool_choice':{'type':'tool','name':'Read'},'stream':true}",
	/* a format, and any tool */
	FRONT "'messages':[" SAYS(
		"a") "],'output_config':{'format':{'type':"
		     "'json_schema','schema':{'type':'object','properties':{'a'"
		     ":{"
		     "'type':'string'},'b':{'type':'array','items':{'type':"
		     "'boolean'}}},'required':['a','b'],'additionalProperties':"
		     "false}}}}",
	FRONT "'messages':[" SAYS(
		"a") "],'tools':[" READ ",{'name':'Write',"
		     "'input_schema':{'type':'object'}}],'tool_choice':{'type':"
		     "'any','disable_parallel_tool_use':true}}",
	/* tools of the API, and those that are found first */
	FRONT "'messages':[" SAYS(
		"[search: cats]") "],'tools':[{'type':"
				  "'web_search_20250305','name':'web_search','"
				  "max_uses':3,"
				  "'allowed_domains':['a.example']}]}",
	FRONT "'messages':[" SAYS(
		"[fetch: https://a.example/b]") "],'tools':["
						"{'type':'web_fetch_20250910','"
						"name':'web_fetch','citations':"
						"{"
						"'enabled':true}}]}",
	FRONT "'messages':[" SAYS(
		"[tool:Late {}]") "],'tools':[{'type':"
				  "'tool_search_tool_regex_20251119','name':"
				  "'tool_search_tool_regex'},{'name':'Late','"
				  "defer_loading':true,"
				  "'input_schema':{'type':'object'}}," READ
				  "]}",
	FRONT "'messages':[" SAYS(
		"[tool:Late {}]") ",{'role':'assistant',"
				  "'content':[{'type':'tool_use','id':'toolu_2'"
				  ",'name':"
				  "'ToolSearch','input':{'query':'select:Late,"
				  "Other'}}]},{'role':"
				  "'user','content':[{'type':'tool_result','"
				  "tool_use_id':"
				  "'toolu_2','content':[{'type':'tool_"
				  "reference','tool_name':"
				  "'Late'}]}]}],'tools':[{'name':'ToolSearch','"
				  "input_schema':{"
				  "'type':'object'}},{'name':'Late','defer_"
				  "loading':true,"
				  "'input_schema':{'type':'object'}}]}",
	FRONT "'messages':[" SAYS(
		"[tool:Late {}]") ",{'role':'assistant',"
				  "'content':[{'type':'server_tool_use','id':'"
				  "srvtoolu_1','name':"
				  "'tool_search_tool_regex','input':{'pattern':"
				  "'Late'}},{'type':"
				  "'tool_search_tool_result','tool_use_id':'"
				  "srvtoolu_1','content':"
				  "{'type':'tool_search_tool_search_result','"
				  "tool_references':[{"
				  "'type':'tool_reference','tool_name':'Late'}]"
				  "}}]}," SAYS(
					  "go on") "],'tools':[{'type':'tool_"
						   "search_tool_regex_20251119'"
						   ",'name':"
						   "'tool_search_tool_regex'},{"
						   "'name':'Late','defer_"
						   "loading':true,"
						   "'input_schema':{'type':'"
						   "object'}}," READ "]}",
	/* verdicts about calls */
	FRONT "'messages':[" SAYS(
		"[tools: Read {}; Write {}]") "],'tools':[" READ
					      ",{'name':'Write','input_schema':"
					      "{'type':'object'}}],"
					      "'safeguards':[{'type':'"
					      "dangerous_tool_use'}]}",
	/* ends */
	FRONT "'messages':[" SAYS("say zz and yy") "],'stop_sequences':["
						   "'yy','zz'],'stream':true}",
};

#define CHAT_TOOL \
	"{'type':'function','function':{'name':'add','description':'d'," \
	"'strict':true,'parameters':{'type':'object','properties':{'a':{" \
	"'type':'string','description':'d'},'b':{'type':['integer'," \
	"'null']}},'required':['a','b'],'additionalProperties':false}}}"
#define CHAT_CALLED \
	"{'role':'assistant','content':null,'reasoning_content':'hm'," \
	"'tool_calls':[{'id':'call_1','type':'function','function':{'name':" \
	"'add','arguments':'{}'}}]},{'role':'tool','tool_call_id':'call_1'," \
	"'content':[{'type':'text','text':'r'}]}"
#define CHAT_CALLED_PLAIN \
	"{'role':'assistant','content':null,'tool_calls':[{'id':'call_1'," \
	"'type':'function','function':{'name':'add','arguments':'{}'}}]}," \
	"{'role':'tool','tool_call_id':'call_1','content':'r'}"

static const char *const chats[] = {
	"{'model':'gpt-4.1','messages':[{'role':'system','content':[{'type':"
	"'text','text':'s'}]},{'role':'user','content':[{'type':'text',"
	"'text':'a'},{'type':'image_url','image_url':{'url':"
	"'data:image/png;base64,QQ==','detail':'auto'}}]}," CHAT_CALLED_PLAIN
	",{'role':'user','name':'u','content':'go on'}],'tools':[" CHAT_TOOL
	"],'tool_choice':{'type':'function','function':{'name':'add'}},"
	"'parallel_tool_calls':false,'max_completion_tokens':99,"
	"'temperature':0.5,'top_p':1,'stop':['zz'],'user':'u','stream':false,"
	"'metadata':{'a':'b'},'response_format':{'type':'text'}}",
	"{'model':'gpt-5','messages':[{'role':'developer','content':'s'},{"
	"'role':'user','content':'a'}],'reasoning_effort':'low','verbosity':"
	"'low','response_format':{'type':'json_schema','json_schema':{'name':"
	"'n','strict':true,'schema':{'type':'object','properties':{'a':{"
	"'anyOf':[{'type':'string'},{'type':'null'}]}},'required':['a'],"
	"'additionalProperties':false}}},'stream':true,'stream_options':{"
	"'include_usage':true}}",
	"{'model':'m','messages':[{'role':'user','content':'a'}," CHAT_CALLED
	"],'tools':[" CHAT_TOOL ",{'type':'custom','custom':{'name':'c',"
	"'format':{'type':'text'}}}],'tool_choice':'auto','max_tokens':9}",
	"{'model':'m','messages':[{'role':'user','content':'a'}],'tools':[{"
	"'type':'function','function':{'name':'f','parameters':{'type':"
	"'object','properties':{'a':{'type':'array','items':{'type':'string',"
	"'pattern':'^a'},'minItems':1},'b':{'anyOf':[{'type':'null'}]},'c':{"
	"'$ref':'#/$defs/d'}},'required':['a','b','c'],'$defs':{'d':{'enum':["
	"'x','y']}},'additionalProperties':false}}}]}",
};

static const char *const responses[] = {
	"{'model':'gpt-4.1','instructions':'i','input':[{'type':'message',"
	"'role':'user','content':[{'type':'input_text','text':'a'},{'type':"
	"'input_image','image_url':'https://a/b.png','detail':'high'},{'type':"
	"'input_file','file_data':'data:application/pdf;base64,QQ==',"
	"'filename':'f'}]},{'type':'message','role':'assistant','status':"
	"'completed','content':[{'type':'output_text','text':'t',"
	"'annotations':[]}]},{'type':'function_call','id':'fc_1','call_id':"
	"'1','name':'add','arguments':'{}','status':'completed'},{'type':"
	"'function_call_output','call_id':'1','output':[{'type':'input_text',"
	"'text':'r'}]},{'role':'user','content':'go on'}],'tools':[{'type':"
	"'function','name':'add','description':'d','strict':true,'parameters':"
	"{'type':'object','properties':{'a':{'type':'string'}},'required':["
	"'a'],'additionalProperties':false}}],'tool_choice':{'type':"
	"'function','name':'add'},'parallel_tool_calls':false,"
	"'max_output_tokens':99,'temperature':0.5,'top_p':1,'store':false,"
	"'user':'u','metadata':{'a':'b'},'truncation':'auto','include':["
	"'reasoning.encrypted_content'],'stream':false}",
	"{'model':'gpt-5','input':'a','reasoning':{'effort':'low','summary':"
	"'auto'},'text':{'verbosity':'low','format':{'type':'json_schema',"
	"'name':'n','strict':true,'schema':{'type':'object','properties':{'a':"
	"{'type':'string'}},'required':['a'],'additionalProperties':false}}},"
	"'stream':true,'stream_options':{'include_obfuscation':false}}",
	"{'model':'m','input':[{'role':'developer','content':'d'},{'role':"
	"'user','content':'a'},{'type':'reasoning','id':'rs_1','summary':[{"
	"'type':'summary_text','text':'s'}],'content':[{'type':"
	"'reasoning_text','text':'hm'}],'encrypted_content':"
	"'gAAAAABoYSB0aG91Z2h0IG9mIGNjbW9jaywgbnVtYmVyIDcsIGl0ZW0gMA=='},{"
	"'type':'message','role':'assistant','content':[{'type':'refusal',"
	"'refusal':'no'}]},"
	"{'type':'custom_tool_call','call_id':'2','name':"
	"'c','input':'i'},{'type':'custom_tool_call_output','call_id':'2',"
	"'output':'r'}],'store':false,'tools':[{'type':'custom','name':'c',"
	"'format':{'type':'text'}},{'type':'web_search'}],'tool_choice':"
	"'required'}",
};

#endif
