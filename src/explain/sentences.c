/*
 * sentences: see sentences.h.
 */
#include "explain/sentences.h"

/* clang-format off */
static const struct phrase sentences[SENTENCES] = {
	[SENTENCE_BROWSER] = {{"the browser", "浏览器"}},
	[SENTENCE_LIVESERVE] = {{"liveserve", "liveserve"}},
	[SENTENCE_CLIENT] = {{"the client", "客户端"}},
	[SENTENCE_SERVER] = {{"the server", "服务器"}},
	[SENTENCE_BROWSER_FIRST] = {{"The browser", "浏览器"}},
	[SENTENCE_LIVESERVE_FIRST] = {{"liveserve", "liveserve"}},
	[SENTENCE_CLIENT_FIRST] = {{"The client", "客户端"}},
	[SENTENCE_SERVER_FIRST] = {{"The server", "服务器"}},

	[SENTENCE_SYN] = {{
		"Handshake, 1 of 3: {who} asks {other} for a connection to port {destination_port} (SYN). It is now in SYN-SENT, and does not know yet whether {other} hears it. Its bytes are counted from {raw_sequence} on, which is shown as 0.",
		"三次握手第 1 步：{who}请求与{other}的端口 {destination_port} 建立连接（SYN）。它进入 SYN-SENT 状态，还不知道对方能否收到。它的初始序号是 {raw_sequence}，显示为 0。"}},
	[SENTENCE_SYN_MSS] = {{
		"Handshake, 1 of 3: {who} asks {other} for a connection to port {destination_port} (SYN). It is now in SYN-SENT, and does not know yet whether {other} hears it. Its bytes are counted from {raw_sequence} on, which is shown as 0, and it takes segments of up to {own_mss:byte} (MSS).",
		"三次握手第 1 步：{who}请求与{other}的端口 {destination_port} 建立连接（SYN）。它进入 SYN-SENT 状态，还不知道对方能否收到。它的初始序号是 {raw_sequence}，显示为 0；它能接收的最大报文段为 {own_mss} 字节（MSS）。"}},
	[SENTENCE_SYN_ACK] = {{
		"Handshake, 2 of 3: {who} agrees (SYN, ACK). It acknowledges the SYN of {other}, and its own bytes are counted from {raw_sequence} on. It is now in SYN-RECEIVED: it knows that it hears {other}, but not yet that {other} hears it.",
		"三次握手第 2 步：{who}同意（SYN, ACK）。它确认对方的 SYN，并给出自己的初始序号 {raw_sequence}。它进入 SYN-RECEIVED 状态：知道自己能收到{other}的包，还不知道{other}能否收到自己的包。"}},
	[SENTENCE_ESTABLISHED] = {{
		"Handshake, 3 of 3: {who} acknowledges the SYN of {other}. With this packet both ends are ESTABLISHED: each knows that the other hears it.",
		"三次握手第 3 步：{who}确认{other}的 SYN。此包到达后双方都是 ESTABLISHED 状态：双方都知道对方能收到自己的包。"}},
	[SENTENCE_ESTABLISHED_AFTER] = {{
		"Handshake, 3 of 3: {who} acknowledges the SYN of {other}. With this packet both ends are ESTABLISHED, {since_syn} after the SYN: each knows that the other hears it.",
		"三次握手第 3 步：{who}确认{other}的 SYN。距 SYN {since_syn}，此包到达后双方都是 ESTABLISHED 状态：双方都知道对方能收到自己的包。"}},
	[SENTENCE_PORTS_REUSED] = {{
		"The same two ports had a connection before; this is a new one.",
		"这两个端口之前有过一个连接；这是新的连接。"}},

	[SENTENCE_FIRST_FIN] = {{
		"Teardown, 1 of 4: {who} has nothing more to send (FIN). It is now in FIN-WAIT-1; {other} may still send.",
		"四次挥手第 1 步：{who}没有数据要发送了（FIN）。它进入 FIN-WAIT-1 状态；{other}仍可发送。"}},
	[SENTENCE_IDLE] = {{
		"No data was sent on this connection for {idle}.",
		"此连接上已有 {idle} 没有数据。"}},
	[SENTENCE_IDLE_CLOSED] = {{
		"No data was sent on this connection for {idle}: {who} closes an idle connection.",
		"此连接上已有 {idle} 没有数据：{who}关闭空闲的连接。"}},
	[SENTENCE_FIRST_FIN_ACKED] = {{
		"Teardown, 2 of 4: {who} acknowledges the FIN of packet {other_fin}. It is now in CLOSE-WAIT and may still send; {other} is in FIN-WAIT-2 when this packet arrives.",
		"四次挥手第 2 步：{who}确认第 {other_fin} 号包的 FIN。它进入 CLOSE-WAIT 状态，仍可发送；{other}收到此包后进入 FIN-WAIT-2 状态。"}},
	[SENTENCE_SECOND_FIN] = {{
		"Teardown, 3 of 4: {who} has nothing more to send either (FIN), {since_fin} after the first FIN. It is now in LAST-ACK.",
		"四次挥手第 3 步：{who}也没有数据要发送了（FIN），距第一个 FIN {since_fin}。它进入 LAST-ACK 状态。"}},
	[SENTENCE_FIN_AND_ACK] = {{
		"Teardown, 2 and 3 of 4 in one packet: {who} acknowledges the FIN of packet {other_fin} and has nothing more to send either (FIN, ACK). It goes through CLOSE-WAIT to LAST-ACK at once; so three packets are enough.",
		"四次挥手第 2、3 步合为一个包：{who}确认第 {other_fin} 号包的 FIN，自己也没有数据要发送了（FIN, ACK）。它经过 CLOSE-WAIT 直接进入 LAST-ACK 状态；因此只需三个包。"}},
	[SENTENCE_FIN_AT_ONCE] = {{
		"Teardown: both ends close at the same time. {Who} sends its FIN without an acknowledgement of the FIN of packet {other_fin}.",
		"挥手：双方同时关闭。{who}发送 FIN 时还没有确认第 {other_fin} 号包的 FIN。"}},
	[SENTENCE_FIN_ACKED_CLOSING] = {{
		"Teardown: {who} acknowledges the FIN of packet {other_fin}. Both ends have closed at the same time, so each goes through CLOSING to TIME-WAIT.",
		"挥手：{who}确认第 {other_fin} 号包的 FIN。双方同时关闭，因此各自经过 CLOSING 进入 TIME-WAIT 状态。"}},
	[SENTENCE_SECOND_FIN_ACKED] = {{
		"Teardown, 4 of 4: {who} acknowledges the FIN of packet {other_fin}. With this packet {other} is CLOSED; {who} stays in TIME-WAIT for a while, in case it gets lost.",
		"四次挥手第 4 步：{who}确认第 {other_fin} 号包的 FIN。{other}收到此包后为 CLOSED 状态；{who}在 TIME-WAIT 状态停留一段时间，以防此包丢失。"}},
	[SENTENCE_REFUSED] = {{
		"The connection is refused (RST): at {address} nobody listens at port {source_port}.",
		"连接被拒绝（RST）：{address} 的端口 {source_port} 上没有程序在监听。"}},
	[SENTENCE_RESET_AFTER_FIN] = {{
		"{Who} answers with a reset (RST): it has closed this connection in packet {own_fin}, and takes nothing more.",
		"{who}回以复位（RST）：它已在第 {own_fin} 号包关闭此连接，不再接收数据。"}},
	[SENTENCE_RESET_FOR_FIN] = {{
		"{Who} answers the FIN of packet {other_fin} with a reset (RST): it ends the connection at once, without a FIN of its own. Neither side may send any more.",
		"{who}用复位（RST）回应第 {other_fin} 号包的 FIN：它立即中断连接，不发送自己的 FIN。双方都不能再发送。"}},
	[SENTENCE_RESET] = {{
		"{Who} ends the connection at once (RST), without the steps of a teardown. Neither side may send any more.",
		"{who}立即中断连接（RST），不经过挥手。双方都不能再发送。"}},
	[SENTENCE_RESET_UNREAD] = {{
		"{unread:byte} that {other} has sent were not acknowledged before.",
		"在此之前，{other}发送的 {unread} 字节没有得到确认。"}},

	[SENTENCE_ACK_PACKET] = {{
		"{Who} acknowledges packet {first}: {acked:byte}. Next it expects byte {acknowledgement}.",
		"{who}确认第 {first} 号包：{acked} 字节。接下来它等待字节 {acknowledgement}。"}},
	[SENTENCE_ACK_PACKETS] = {{
		"{Who} acknowledges {packets} packets at once, {first} to {last}: {acked:byte}. Next it expects byte {acknowledgement}.",
		"{who}一次确认 {packets} 个包（第 {first} 至 {last} 号）：{acked} 字节。接下来它等待字节 {acknowledgement}。"}},
	[SENTENCE_ACK_BYTES] = {{
		"{Who} acknowledges {acked:byte}. Next it expects byte {acknowledgement}.",
		"{who}确认 {acked} 字节。接下来它等待字节 {acknowledgement}。"}},
	[SENTENCE_ACK_NOTHING_NEW] = {{
		"{Who} says once more that it expects byte {acknowledgement} next; this is nothing new.",
		"{who}再次说明它等待字节 {acknowledgement}；没有新的内容。"}},
	[SENTENCE_WINDOW] = {{
		"It has room for {window:byte} (its window).",
		"它还能接收 {window} 字节（窗口）。"}},
	[SENTENCE_DUPLICATE_ACK] = {{
		"{Who} repeats the acknowledgement of packet {duplicate_of} (repetition {duplicate_number}): it still expects byte {acknowledgement}. Something from {other} is missing, came in another order, or came twice.",
		"{who}重复第 {duplicate_of} 号包的确认（第 {duplicate_number} 次）：它仍在等待字节 {acknowledgement}。{other}的某个包丢失、乱序或重复。"}},
	[SENTENCE_WINDOW_UPDATE] = {{
		"{Who} acknowledges nothing new. It says that it now has room for {window:byte} (its window).",
		"{who}没有确认新的数据，只是说明现在能接收 {window} 字节（窗口）。"}},

	[SENTENCE_RETRANSMISSION] = {{
		"{Who} sends {length:byte} again, from byte {sequence} on: no acknowledgement of them had come.",
		"{who}从字节 {sequence} 起重传 {length} 字节：之前没有收到确认。"}},
	[SENTENCE_RETRANSMISSION_OF] = {{
		"{Who} sends {length:byte} again that were already in packet {sent_in}, from byte {sequence} on: no acknowledgement of them had come.",
		"{who}从字节 {sequence} 起重传第 {sent_in} 号包的 {length} 字节：之前没有收到确认。"}},
	[SENTENCE_FAST_RETRANSMISSION] = {{
		"{Who} sends {length:byte} again, from byte {sequence} on, at once after repeated acknowledgements: these say that they are missing.",
		"{who}收到重复的确认后，立即从字节 {sequence} 起重传 {length} 字节（快速重传）。"}},
	[SENTENCE_SPURIOUS] = {{
		"{Who} sends {length:byte} again, from byte {sequence} on, though {other} has already acknowledged what was sent there.",
		"{who}从字节 {sequence} 起重传 {length} 字节，虽然{other}已经确认过。"}},
	[SENTENCE_SYN_AGAIN] = {{
		"It is sent again, for the step after it was not heard.",
		"这是重传，因为没有收到下一步。"}},
	[SENTENCE_FIN_AGAIN] = {{
		"{Who} sends its FIN again: no acknowledgement of it had come.",
		"{who}重传 FIN：之前没有收到确认。"}},
	[SENTENCE_OUT_OF_ORDER] = {{
		"It comes too late: bytes that follow these were captured before it (out of order).",
		"它来得太晚：后面的字节先被抓到（乱序）。"}},
	[SENTENCE_NOT_CAPTURED] = {{
		"Bytes in front of this packet are not in the capture.",
		"此包前面的字节不在抓包中。"}},
	[SENTENCE_ACKED_UNSEEN] = {{
		"It acknowledges bytes that are not in the capture.",
		"它确认的字节不在抓包中。"}},
	[SENTENCE_KEEP_ALIVE] = {{
		"{Who} asks whether {other} is still there (TCP keep-alive): it repeats byte {sequence}, which needs an acknowledgement.",
		"{who}询问{other}是否还在（TCP keep-alive）：它重复字节 {sequence}，对方必须确认。"}},
	[SENTENCE_KEEP_ALIVE_ACK] = {{
		"{Who} is still there: it answers the keep-alive.",
		"{who}仍在：它回应 keep-alive。"}},
	[SENTENCE_ZERO_WINDOW] = {{
		"{Who} has no room for further bytes (its window is 0): {other} has to wait.",
		"{who}没有空间接收更多字节（窗口为 0）：{other}必须等待。"}},
	[SENTENCE_ZERO_WINDOW_PROBE] = {{
		"{Who} sends one byte to find out whether {other} has room again (zero window probe).",
		"{who}发送一个字节，探测{other}是否又有空间（零窗口探测）。"}},
	[SENTENCE_ZERO_WINDOW_PROBE_ACK] = {{
		"{Who} answers the probe: it still has no room (its window is 0).",
		"{who}回应探测：仍没有空间（窗口为 0）。"}},
	[SENTENCE_WINDOW_FULL] = {{
		"With it, the window of {other} is full: {who} has to wait.",
		"至此{other}的窗口已满：{who}必须等待。"}},

	[SENTENCE_REQUEST] = {{
		"{Who} sends the request {request}: {bytes:byte}{list}.",
		"{who}发送请求 {request}：{bytes} 字节{list}。"}},
	[SENTENCE_REQUEST_BODY] = {{
		"{Who} sends the request {request}: {bytes:byte}{list}, {body} of them its body.",
		"{who}发送请求 {request}：{bytes} 字节{list}，其中正文 {body} 字节。"}},
	[SENTENCE_UPGRADE] = {{
		"It asks to change this connection from HTTP to WebSocket (Upgrade: websocket).",
		"它请求把此连接从 HTTP 升级为 WebSocket（Upgrade: websocket）。"}},
	[SENTENCE_CONDITION] = {{
		"It has a copy, and wants the answer only if that is out of date.",
		"它已有副本，只在副本过期时才需要内容。"}},
	[SENTENCE_RANGE] = {{
		"It wants only a part ({range}).",
		"它只需要一部分（{range}）。"}},
	[SENTENCE_ANSWER] = {{
		"The answer to packet {request_packet} ({request}) is whole{after}: {status}{type}, {bytes:byte} with its head{list}.",
		"对第 {request_packet} 号包（{request}）的应答已完整{after}：{status}{type}，连同首部共 {bytes} 字节{list}。"}},
	[SENTENCE_ANSWER_UNASKED] = {{
		"An answer of {who} is whole: {status}{type}, {bytes:byte} with its head{list}. It is not known which request it answers.",
		"{who}的一个应答已完整：{status}{type}，连同首部共 {bytes} 字节{list}。不知道它应答的是哪个请求。"}},
	[SENTENCE_NO_BODY] = {{"It has no body.", "它没有正文。"}},
	[SENTENCE_AFTER_REQUEST] = {{", {duration} after the request", "（请求之后 {duration}）"}},
	[SENTENCE_PIECE] = {{
		"Piece {piece} of the answer to packet {request_packet} ({request}): {length:byte}.",
		"对第 {request_packet} 号包（{request}）的应答的第 {piece} 段：{length} 字节。"}},
	[SENTENCE_PIECE_REQUEST] = {{
		"Piece {piece} of a request of {who}: {length:byte}.",
		"{who}的一个请求的第 {piece} 段：{length} 字节。"}},
	[SENTENCE_PIECE_UNASKED] = {{
		"Piece {piece} of an answer of {who}: {length:byte}.",
		"{who}的一个应答的第 {piece} 段：{length} 字节。"}},
	[SENTENCE_SO_FAR_OF] = {{
		"So far {bytes} of its {total:byte} were sent.",
		"到此已发送 {bytes} 字节，共 {total} 字节。"}},
	[SENTENCE_SO_FAR] = {{"So far {bytes:byte} of it were sent.", "到此已发送 {bytes} 字节。"}},
	[SENTENCE_HOLE] = {{
		"So far {missing:byte} of this message are not in the capture.",
		"到此这条消息有 {missing} 字节不在抓包中。"}},
	[SENTENCE_PACKETS_LIST] = {{", put together from packets {packets}", "，由第 {packets} 号包组成"}},
	[SENTENCE_PACKETS_RANGE] = {{
		", put together from {pieces} packets, {first} to {last}",
		"，由第 {first} 至 {last} 号的 {pieces} 个包组成"}},
	[SENTENCE_SIZE] = {{
		"Here a packet may carry {capacity:byte} (MSS {mss}, less {option_bytes} for options); Ethernet, with {ethernet} bytes a packet, would need {ethernet_packets} for this one.",
		"这里一个包最多可带 {capacity} 字节（MSS {mss}，减去选项 {option_bytes} 字节）；以太网每个包 {ethernet} 字节，需要 {ethernet_packets} 个包。"}},
	[SENTENCE_OFFLOAD] = {{
		"This is more than the MSS of {mss}: the network card cuts it into several packets.",
		"这超过了 MSS（{mss}）：网卡会把它切成多个包。"}},
	[SENTENCE_CONTINUATION] = {{
		"{Who} sends {bytes:byte} that are no HTTP message.",
		"{who}发送 {bytes} 字节，它们不是 HTTP 消息。"}},

	[SENTENCE_STATUS_101] = {{
		"From here on both sides send WebSocket frames on this connection, and HTTP no more.",
		"从这里起，双方在此连接上发送 WebSocket 帧，不再使用 HTTP。"}},
	[SENTENCE_STATUS_1XX] = {{"The final answer follows.", "最终的应答随后到来。"}},
	[SENTENCE_STATUS_206] = {{"It is the part that was asked for.", "这是所请求的部分。"}},
	[SENTENCE_STATUS_304] = {{
		"The copy that {other} has is still right, so no body is sent.",
		"{other}的副本仍然有效，因此不发送正文。"}},
	[SENTENCE_STATUS_3XX] = {{
		"It says that {other} should ask at another address.",
		"它请{other}改为请求另一个地址。"}},
	[SENTENCE_STATUS_400] = {{"The request was wrong.", "请求有错误。"}},
	[SENTENCE_STATUS_401] = {{"A name and a password are needed.", "需要用户名和密码。"}},
	[SENTENCE_STATUS_403] = {{"This is not allowed.", "不允许访问。"}},
	[SENTENCE_STATUS_404] = {{"There is nothing at this address.", "此地址没有内容。"}},
	[SENTENCE_STATUS_405] = {{"This method is not allowed here.", "此处不允许这个方法。"}},
	[SENTENCE_STATUS_416] = {{"There is no such part.", "没有这样的部分。"}},
	[SENTENCE_STATUS_4XX] = {{"{Who} does not do what was asked.", "{who}没有按请求处理。"}},
	[SENTENCE_STATUS_505] = {{
		"{Who} does not speak this version of HTTP.",
		"{who}不支持这个 HTTP 版本。"}},
	[SENTENCE_STATUS_5XX] = {{
		"{Who} cannot answer the request.",
		"{who}无法应答此请求。"}},

	[SENTENCE_TEXT] = {{
		"{Who} says in a WebSocket text frame of {body:byte}: {text}",
		"{who}在一个 {body} 字节的 WebSocket 文本帧中说：{text}"}},
	[SENTENCE_TEXT_PART] = {{
		"{Who} begins a WebSocket text message with a frame of {body:byte}; more frames follow: {text}",
		"{who}用一个 {body} 字节的帧开始一条 WebSocket 文本消息，后面还有帧：{text}"}},
	[SENTENCE_TEXT_EMPTY] = {{
		"{Who} sends an empty WebSocket text frame.",
		"{who}发送一个空的 WebSocket 文本帧。"}},
	[SENTENCE_TEXT_PART_EMPTY] = {{
		"{Who} begins a WebSocket text message with an empty frame; more frames follow.",
		"{who}用一个空帧开始一条 WebSocket 文本消息，后面还有帧。"}},
	[SENTENCE_BINARY] = {{
		"{Who} sends a WebSocket frame with {body:byte} that are no text.",
		"{who}发送一个 WebSocket 二进制帧：{body} 字节。"}},
	[SENTENCE_BINARY_PART] = {{
		"{Who} begins a WebSocket message that is no text with a frame of {body:byte}; more frames follow.",
		"{who}用一个 {body} 字节的帧开始一条 WebSocket 二进制消息，后面还有帧。"}},
	[SENTENCE_FRAME_NEXT] = {{
		"{Who} goes on with its WebSocket message by a frame of {body:byte}; more follow.",
		"{who}用一个 {body} 字节的帧继续它的 WebSocket 消息，后面还有帧。"}},
	[SENTENCE_FRAME_LAST] = {{
		"{Who} ends its WebSocket message with a frame of {body:byte}.",
		"{who}用一个 {body} 字节的帧结束它的 WebSocket 消息。"}},
	[SENTENCE_PING] = {{
		"{Who} asks whether {other} is still there (WebSocket ping, {body:byte}).",
		"{who}询问{other}是否还在（WebSocket ping，{body} 字节）。"}},
	[SENTENCE_PONG] = {{
		"{Who} says that it is still there (WebSocket pong, {body:byte}).",
		"{who}说明它还在（WebSocket pong，{body} 字节）。"}},
	[SENTENCE_CLOSE] = {{
		"{Who} ends the WebSocket with the code {code}{meaning}. It sends no frames after this one.",
		"{who}结束 WebSocket，代码 {code}{meaning}。此后它不再发送帧。"}},
	[SENTENCE_CLOSE_EMPTY] = {{
		"{Who} ends the WebSocket without a code. It sends no frames after this one.",
		"{who}结束 WebSocket，没有代码。此后它不再发送帧。"}},
	[SENTENCE_FRAME_ODD] = {{
		"{Who} sends a WebSocket frame of an unknown kind ({opcode}), {body:byte}.",
		"{who}发送一个未知类型（{opcode}）的 WebSocket 帧：{body} 字节。"}},
	[SENTENCE_FRAME_PIECE] = {{
		"Piece {piece} of a WebSocket frame of {who}: {length:byte}.",
		"{who}的一个 WebSocket 帧的第 {piece} 段：{length} 字节。"}},
	[SENTENCE_MASKED] = {{
		"(On the wire it is masked with four bytes, as everything from a client.)",
		"（在线路上它用四个字节做了掩码，客户端发送的帧都是如此。）"}},

	[SENTENCE_CLIENT_HELLO] = {{
		"TLS: {who} begins, and says which versions and ciphers it knows (Client Hello).",
		"TLS：{who}开始握手，说明它支持的版本和加密算法（Client Hello）。"}},
	[SENTENCE_SERVER_HELLO] = {{
		"TLS: {who} chooses the version and the cipher (Server Hello).",
		"TLS：{who}选定版本和加密算法（Server Hello）。"}},
	[SENTENCE_FINISHED] = {{
		"TLS: {who} has finished its part of the handshake (Finished).",
		"TLS：{who}完成了它那部分握手（Finished）。"}},
	[SENTENCE_ALERT] = {{"TLS: {who} says: {info}.", "TLS：{who}发送：{info}。"}},
	[SENTENCE_SEALED] = {{
		"{Who} sends {records:TLS record} of {record_bytes:byte}. The content is encrypted, and cannot be read from this capture.",
		"{who}发送 {records} 条 TLS 记录，共 {record_bytes} 字节。内容已加密，从此抓包中无法读取。"}},
	[SENTENCE_RECORDS] = {{
		"TLS: {who} sends {records:record} of {record_bytes:byte}: {info}.",
		"TLS：{who}发送 {records} 条记录，共 {record_bytes} 字节：{info}。"}},
	[SENTENCE_RECORD_PIECE] = {{
		"Piece {piece} of a TLS record of {who}: {length:byte}. It can be read when it is whole.",
		"{who}的一条 TLS 记录的第 {piece} 段：{length} 字节。完整之后才能读取。"}},
	[SENTENCE_OPENED] = {{
		"(It was inside TLS, and was opened with the keys in the capture.)",
		"（它在 TLS 之内，用抓包中的密钥解开。）"}},

	[SENTENCE_MORE] = {{
		"The packet has {more:further message}.",
		"此包中还有 {more} 条消息。"}},
	[SENTENCE_DATA_UNKNOWN] = {{
		"{Who} sends {length:byte}, from byte {sequence} on. What they mean is not known from this capture.",
		"{who}从字节 {sequence} 起发送 {length} 字节。从此抓包中无法得知其含义。"}},
	[SENTENCE_OTHER] = {{
		"This packet is {protocol}, not TCP; it is no part of a connection.",
		"此包是 {protocol}，不是 TCP；它不属于任何连接。"}},
	[SENTENCE_UNKNOWN] = {{
		"This packet is not IP, or its headers were cut in the capture.",
		"此包不是 IP，或其首部在抓包时被截断。"}},
};
/* clang-format on */

const struct phrase *
sentence_of(enum sentence sentence)
{
	return &sentences[sentence];
}
