/*
 * report_words: see report_words.h.
 */
#include "report/report_words.h"

/* clang-format off */
static const struct phrase words[REPORT_WORDS] = {
	[WORD_TITLE] = {{"What went over the wire", "网络抓包分析报告"}},
	[WORD_SUMMARY] = {{
		"The capture {name} begins at {date} UTC and lasts {duration}. It has {packets:packet} and {connections:TCP connection}.",
		"抓包 {name} 开始于 {date} UTC，持续 {duration}，共 {packets} 个包、{connections} 个 TCP 连接。"}},
	[WORD_SUMMARY_OTHER] = {{
		"{other_packets:packet} of them are not TCP, and are not shown here.",
		"其中 {other_packets} 个不是 TCP，此处不显示。"}},
	[WORD_SUMMARY_LEFT_OUT] = {{
		"It is too long for one report: the last {left_out:packet} of TCP are left out.",
		"抓包太长：最后 {left_out} 个 TCP 包没有列出。"}},
	[WORD_SUMMARY_MESSAGES] = {{
		"It has too many messages for one report: those after the first {messages} are left out.",
		"消息太多：只列出前 {messages} 条。"}},
	[WORD_EMPTY] = {{
		"The capture {name} has no packets of TCP. So nothing can be shown here.",
		"抓包 {name} 中没有 TCP 包，因此没有可显示的内容。"}},
	[WORD_SERVED] = {{
		"liveserve serves port {port}; the side that opens the connections is called the browser.",
		"liveserve 的端口是 {port}；建立连接的一方称为浏览器。"}},
	[WORD_PRIVATE] = {{
		"The values of Cookie, Set-Cookie, Authorization and Proxy-Authorization are left out of this report.",
		"本报告不含 Cookie、Set-Cookie、Authorization 和 Proxy-Authorization 的值。"}},

	[WORD_OVERVIEW] = {{"Connections", "连接"}},
	[WORD_LADDER] = {{"The packets in their order", "包的顺序图"}},
	[WORD_HANDSHAKES] = {{"The handshake", "三次握手"}},
	[WORD_EXCHANGES] = {{"Requests and answers", "请求与应答"}},
	[WORD_PICTURES] = {{"The picture and its segments", "图片及其报文段"}},
	[WORD_WEBSOCKETS] = {{"WebSocket: upgrade and frames", "WebSocket：升级与帧"}},
	[WORD_ENDS] = {{"The end of the connections", "连接的关闭（四次挥手）"}},
	[WORD_ODD] = {{"What is unusual", "异常情况"}},
	[WORD_CONNECTION] = {{"Connection {connection}: port {client_port} to {server_port}", "连接 {connection}：端口 {client_port} 到 {server_port}"}},
	[WORD_EXCHANGE] = {{"{request} in packet {number}", "{request}（第 {number} 号包）"}},

	[WORD_NUMBER] = {{"No.", "编号"}},
	[WORD_PACKET] = {{"Packet", "包"}},
	[WORD_COLUMN_CONNECTION] = {{"Conn.", "连接"}},
	[WORD_PACKETS] = {{"Packets", "包数"}},
	[WORD_TIME] = {{"Time (s)", "时间（秒）"}},
	[WORD_CLIENT_COLUMN] = {{"{Client}", "{client}"}},
	[WORD_SERVER_COLUMN] = {{"{Server}", "{server}"}},
	[WORD_BYTES_OUT] = {{"Bytes from {client}", "{client}发送的字节"}},
	[WORD_BYTES_IN] = {{"Bytes from {server}", "{server}发送的字节"}},
	[WORD_FROM_TO] = {{"From, to (s)", "起止（秒）"}},
	[WORD_END] = {{"End", "结束"}},
	[WORD_FIELD] = {{"Field", "字段"}},
	[WORD_VALUE] = {{"Value", "值"}},
	[WORD_STEP] = {{"Step {step}", "第 {step} 步"}},
	[WORD_FROM] = {{"From", "来自"}},
	[WORD_TO] = {{"To", "发往"}},
	[WORD_SOURCE_PORT] = {{"Source port", "源端口"}},
	[WORD_DESTINATION_PORT] = {{"Destination port", "目的端口"}},
	[WORD_FLAGS] = {{"Flags", "标志位"}},
	[WORD_SEQUENCE] = {{"Sequence number (relative)", "序号（相对）"}},
	[WORD_SEQUENCE_RAW] = {{"Sequence number (raw)", "序号（原始）"}},
	[WORD_ACKNOWLEDGEMENT] = {{"Acknowledgement number (relative)", "确认号（相对）"}},
	[WORD_ACKNOWLEDGEMENT_RAW] = {{"Acknowledgement number (raw)", "确认号（原始）"}},
	[WORD_HEADER_LENGTH] = {{"Header length (bytes)", "首部长度（字节）"}},
	[WORD_WINDOW_FIELD] = {{"Window (field)", "窗口（字段值）"}},
	[WORD_WINDOW] = {{"Window (bytes)", "窗口（字节）"}},
	[WORD_MSS] = {{"Option: MSS", "选项：MSS"}},
	[WORD_SCALE] = {{"Option: window scale", "选项：窗口扩大"}},
	[WORD_SACK] = {{"Option: SACK permitted", "选项：允许 SACK"}},
	[WORD_TIMESTAMPS] = {{"Option: timestamps", "选项：时间戳"}},
	[WORD_LENGTH] = {{"Data (bytes)", "数据（字节）"}},
	[WORD_FRAME_LENGTH] = {{"Length of the packet (bytes)", "包的长度（字节）"}},
	[WORD_YES] = {{"yes", "是"}},
	[WORD_NONE] = {{"–", "–"}},
	[WORD_REQUEST] = {{"Request", "请求"}},
	[WORD_ANSWER] = {{"Answer", "应答"}},
	[WORD_TYPE] = {{"Type", "类型"}},
	[WORD_BYTES] = {{"Bytes", "字节"}},
	[WORD_BODY] = {{"Body (bytes)", "正文（字节）"}},
	[WORD_SEQUENCE_RANGE] = {{"Sequence numbers (relative)", "序号范围（相对）"}},
	[WORD_SUM] = {{"So far", "累计"}},
	[WORD_KIND] = {{"Kind", "类型"}},
	[WORD_MASKED] = {{"Masked", "掩码"}},
	[WORD_FIN_BIT] = {{"FIN", "FIN"}},
	[WORD_SAYS] = {{"What it says", "内容"}},
	[WORD_WHAT] = {{"What it is", "说明"}},

	[WORD_NO_CONNECTION] = {{"There is no connection in the capture.", "抓包中没有连接。"}},
	[WORD_NO_HANDSHAKE] = {{
		"The handshake of this connection is not in the capture: it was open before.",
		"此连接的握手不在抓包中：它在抓包之前已经建立。"}},
	[WORD_HANDSHAKE_CUT] = {{
		"Not all three steps of the handshake are in the capture.",
		"抓包中没有握手的全部三步。"}},
	[WORD_NO_EXCHANGE] = {{
		"No HTTP request and no answer can be read in the capture.",
		"抓包中没有可读的 HTTP 请求或应答。"}},
	[WORD_NO_ANSWER] = {{"Its answer is not in the capture.", "它的应答不在抓包中。"}},
	[WORD_NO_REQUEST] = {{"Its request is not in the capture.", "它的请求不在抓包中。"}},
	[WORD_REQUEST_HEAD] = {{"The request, packet {number}, {bytes:byte}:", "请求（第 {number} 号包，{bytes} 字节）："}},
	[WORD_ANSWER_HEAD] = {{
		"The answer, whole in packet {number}, {bytes:byte}, {body} of them the body:",
		"应答（在第 {number} 号包完整，共 {bytes} 字节，其中正文 {body} 字节）："}},
	[WORD_ANSWER_HEAD_ALONE] = {{
		"The answer, packet {number}, {bytes:byte}, without a body:",
		"应答（第 {number} 号包，{bytes} 字节，没有正文）："}},
	[WORD_ANSWER_PART] = {{
		"The answer, not whole in the capture: {bytes:byte} up to packet {number}:",
		"应答在抓包中不完整（到第 {number} 号包为止 {bytes} 字节）："}},
	[WORD_NO_HEAD] = {{"Its head is not in the capture.", "它的首部不在抓包中。"}},
	[WORD_HEAD_CUT] = {{"The head is longer; the rest is left out.", "首部较长，其余部分省略。"}},
	[WORD_NO_PICTURE] = {{"No picture was requested.", "没有请求图片。"}},
	[WORD_PICTURE_HEADING] = {{"{request}: packets {first} to {last}", "{request}：第 {first} 至 {last} 号包"}},
	[WORD_PICTURE] = {{
		"The answer to {request} ({status}, {type}) has {bytes:byte}: a head of {head} and the picture of {body}. TCP carries it in {segments:segment} on connection {connection}.",
		"对 {request} 的应答（{status}，{type}）共 {bytes} 字节：首部 {head} 字节，图片 {body} 字节。TCP 在连接 {connection} 上用 {segments} 个报文段传送。"}},
	[WORD_PICTURE_PIECES] = {{
		"The answer to {request} ({status}, {type}) is not whole in the capture: {bytes:byte} in {segments:segment} on connection {connection}.",
		"对 {request} 的应答（{status}，{type}）在抓包中不完整：在连接 {connection} 上有 {segments} 个报文段，共 {bytes} 字节。"}},
	[WORD_PICTURE_SAME] = {{
		"It is the connection on which the page ({page}) came: it was kept open.",
		"这就是传送页面（{page}）的连接：连接被保持并重用。"}},
	[WORD_PICTURE_OTHER] = {{
		"The page ({page}) came on another one, connection {page_connection}.",
		"页面（{page}）是在另一个连接上传送的：连接 {page_connection}。"}},
	[WORD_PICTURE_PART] = {{"The first segment begins with the head of the answer.", "第一个报文段以应答的首部开始。"}},
	[WORD_PICTURE_MORE_IN_PACKET] = {{
		"A packet here has bytes of other messages, too; the lengths are those of the packets.",
		"其中有的包还含有其他消息的字节；此处的长度是包的数据长度。"}},
	[WORD_PICTURE_IN_TLS] = {{
		"It is inside TLS, whose records are longer than what they carry; the lengths are those of the packets.",
		"它在 TLS 之内，TLS 记录比其内容长；此处的长度是包的数据长度。"}},
	[WORD_OPENED] = {{
		"What is inside TLS was opened with the keys in the capture.",
		"TLS 之内的内容是用抓包中的密钥解开的。"}},
	[WORD_NOT_MODIFIED] = {{
		"The picture {request} was not sent again: {status}. The copy of {client} is still right.",
		"图片 {request} 没有再次发送：{status}。{client}的副本仍然有效。"}},
	[WORD_NO_UPGRADE] = {{
		"No connection was changed to WebSocket.",
		"没有连接升级为 WebSocket。"}},
	[WORD_UPGRADE] = {{
		"Connection {connection} is changed to WebSocket: {request} in packet {request_number}, {status} in packet {number}.",
		"连接 {connection} 升级为 WebSocket：第 {request_number} 号包 {request}，第 {number} 号包 {status}。"}},
	[WORD_UPGRADE_REFUSED] = {{
		"{Client} asks for a WebSocket ({request}, packet {number}), but no answer of the capture agrees.",
		"{client}请求升级为 WebSocket（{request}，第 {number} 号包），但抓包中没有同意的应答。"}},
	[WORD_NO_FRAMES] = {{"No frame was sent on it.", "此连接上没有发送帧。"}},
	[WORD_FRAMES] = {{"The frames on this connection:", "此连接上的帧："}},
	[WORD_NOT_CLOSED] = {{
		"In the capture, this connection is not closed.",
		"在抓包中，此连接没有关闭。"}},
	[WORD_IDLE] = {{
		"{Closer} closes it first, {idle} after the last data.",
		"{closer}先关闭，距最后的数据 {idle}。"}},
	[WORD_FOUR_PACKETS] = {{
		"The four steps took four packets.",
		"四步用了四个包。"}},
	[WORD_THREE_PACKETS] = {{
		"The four steps took three packets, because steps 2 and 3 are one packet.",
		"四步用了三个包，因为第 2 步和第 3 步合在一个包里。"}},
	[WORD_END_CUT] = {{
		"Not all steps of the teardown are in the capture.",
		"抓包中没有挥手的全部步骤。"}},
	[WORD_RESET] = {{
		"{Closer} ends it at once by a reset (RST) in packet {number}.",
		"{closer}在第 {number} 号包用 RST 立即中断。"}},
	[WORD_NO_ODD] = {{
		"No packet was lost, sent again or out of order, and no window was 0.",
		"没有丢失、重传或乱序的包，窗口也没有为 0。"}},
	[WORD_MORE] = {{"{more} more are left out here.", "此处省略其余 {more} 项。"}},
	[WORD_LADDER_MORE] = {{
		"The first {drawn:packet} are drawn; the others are left out.",
		"只画出前 {drawn} 个包，其余省略。"}},
	[WORD_LADDER_ALT] = {{"Packets {first} to {last}, from top to bottom", "第 {first} 至 {last} 号包，从上到下"}},
	[WORD_MARK_HANDSHAKE] = {{"handshake", "握手"}},
	[WORD_MARK_TEARDOWN] = {{"teardown", "挥手"}},
	[WORD_MARK_RESET] = {{"reset", "复位"}},
	[WORD_SILENCE] = {{"… {silence} …", "… {silence} …"}},
	[WORD_BYTES_ONLY] = {{"{length:byte}", "{length} 字节"}},
	[WORD_BLANKED] = {{"(left out)", "（省略）"}},
	[WORD_CLOSED_BY] = {{"{closer} (FIN)", "{closer}（FIN）"}},
	[WORD_RESET_BY] = {{"{closer} (RST)", "{closer}（RST）"}},
	[WORD_OPEN] = {{"not closed", "未关闭"}},
};
/* clang-format on */

const struct phrase *
report_word(enum report_word word)
{
	return &words[word];
}
