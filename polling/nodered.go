package polling

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strings"

	"switchroom/regmap"
)

// node is one node of a flow: what Node-RED exports and imports.
type node map[string]any

// nodeRED writes a flow: a connection for each socket, a reader for each span of
// each device, a function that decodes, and one debug node to look at. JSON has
// no comments; each function's text has them.
func nodeRED(o *printer, p *Plan) {
	tab := nodeID("tab")
	flow := []node{
		{"id": tab, "type": "tab", "label": "Switchroom", "disabled": false, "info": nodeInfo},
		{"id": nodeID("debug"), "type": "debug", "z": tab, "name": "breakers", "active": true, "tosidebar": true, "complete": "payload", "targetType": "msg", "x": 760, "y": 60, "wires": []any{}},
	}
	y := 60
	for _, group := range p.hosts() {
		client := nodeID("client", group[0].socket())
		flow = append(flow, modbusClient(client, group[0]))
		for _, d := range group {
			for i := range p.Spans {
				flow = append(flow, readNodes(tab, client, d, &p.Spans[i], y)...)
				y += 40
			}
		}
	}
	e := json.NewEncoder(o.w)
	e.SetIndent("", "  ")
	e.Encode(flow) // strings and numbers do not fail; the writer's error is told at the end
}

const nodeInfo = "Made by `switchroom registers --format node-red`. Each message has a breaker in topic and an object of values in payload; null is not available. " +
	"The functions say of each point its register and how well that is known. docs/tools.md says what this cannot do."

// nodeID makes an identifier that is the same each time for the same thing.
func nodeID(parts ...string) string {
	h := fnv.New64a()
	h.Write([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%016x", h.Sum64())
}

func modbusClient(id string, d Device) node {
	return node{
		"id": id, "type": "modbus-client", "name": "switchroom " + nodeText(d.socket()), "clienttype": "tcp", "bufferCommands": true,
		"stateLogEnabled": false, "queueLogEnabled": false, "failureLogEnabled": true, "showErrors": true, "showWarnings": true, "showLogs": true,
		"tcpHost": nodeText(d.Host), "tcpPort": fmt.Sprint(d.Port), "tcpType": "DEFAULT", "serialPort": "/dev/ttyUSB", "serialType": "RTU-BUFFERD",
		"serialBaudrate": "9600", "serialDatabits": "8", "serialStopbits": "1", "serialParity": "none", "serialConnectionDelay": "100",
		"serialAsciiResponseStartDelimiter": "0x3A", "unit_id": fmt.Sprint(d.Unit), "commandDelay": "1", "clientTimeout": "2000",
		"reconnectOnTimeout": true, "reconnectTimeout": "2000", "parallelUnitIdsAllowed": false,
	}
}

func readNodes(tab, client string, d Device, s *Span, y int) []node {
	where := fmt.Sprintf("%s %d unit %d", d.socket(), s.First, d.Unit)
	read, decode := nodeID("read", where, d.Name), nodeID("decode", where, d.Name)
	return []node{
		{
			"id": read, "type": "modbus-read", "z": tab, "name": fmt.Sprintf("%s: %d to %d", nodeText(d.Name), s.First, s.Last()), "topic": "",
			"showStatusActivities": true, "logIOActivities": false, "showErrors": true, "showWarnings": true, "unitid": fmt.Sprint(d.Unit),
			"dataType": "HoldingRegister", "adr": fmt.Sprint(s.First.Address()), "quantity": fmt.Sprint(s.Count), "rate": "10", "rateUnit": "s",
			"delayOnStart": false, "startDelayTime": "", "enableDeformedMessages": false, "server": client, "useIOFile": false, "ioFile": "",
			"useIOForPayload": false, "emptyMsgOnFail": false, "x": 180, "y": y, "wires": []any{[]string{decode}, []string{}},
		},
		{
			"id": decode, "type": "function", "z": tab, "name": fmt.Sprintf("%s: %s", nodeText(d.Name), s.Block), "func": s.javaScript(d), "outputs": 1,
			"timeout": 0, "noerr": 0, "initialize": "", "finalize": "", "libs": []any{}, "x": 500, "y": y, "wires": []any{[]string{nodeID("debug")}},
		},
	}
}

// nodeText is a text for a property that Node-RED would replace by a variable of
// its environment where "$" stands in it.
func nodeText(s string) string { return comment(s) }

// nodeReaders are the JavaScript expressions that read each kind from a Buffer
// b at %d.
var nodeReaders = map[regmap.Kind]string{
	regmap.U16: "b.readUInt16BE(%d)",
	regmap.S16: "b.readInt16BE(%d)",
	regmap.U32: "b.readUInt32BE(%d)",
	regmap.S32: "b.readInt32BE(%d)",
	regmap.U64: "Number(b.readBigUInt64BE(%d))",
	regmap.S64: "Number(b.readBigInt64BE(%d))",
	regmap.F32: "b.readFloatBE(%d)",
}

// javaScript decodes the registers of s.
func (s *Span) javaScript(d Device) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// Registers %d to %d: %s.\nconst b = Buffer.alloc(2 * %d);\n", s.First, s.Last(), s.Block, s.Count)
	b.WriteString("msg.payload.forEach((w, i) => b.writeUInt16BE(w, 2 * i));\n")
	b.WriteString("const number = (v, none, factor) => Number.isNaN(v) || none.includes(v) ? null : v * factor;\n")
	b.WriteString("const bit = (at, n, quality) => quality >= 0 && !(b.readUInt16BE(quality) >> n & 1) ? null : (b.readUInt16BE(at) >> n & 1) === 1;\n")
	b.WriteString(nodeDecoders)
	b.WriteString("const values = {};\n")
	for _, it := range s.Items {
		fmt.Fprintf(&b, "%s // %s\n", it.assignment(s), it.about())
		if it.Quality != nil && it.qualityAt(s) < 0 {
			fmt.Fprintf(&b, "// %v is shown whatever its quality: word %d is in another request.\n", it.ID, it.Quality.Register)
		}
	}
	b.WriteString("msg.topic = " + quote(d.Name) + ";\nmsg.payload = values;\n")
	fmt.Fprintf(&b, "const all = flow.get(\"breakers\") || {};\nall[msg.topic] = Object.assign(all[msg.topic] || {}, values);\nflow.set(\"breakers\", all);\nreturn msg;\n")
	return b.String()
}

// nodeDecoders reads texts, and DATETIME (TI081): years from 2000 on.
const nodeDecoders = `const text = (at, n) => b.toString("latin1", at, at + n).split("\0")[0];
const date = (at) => {
    const [y, md, hm, ms] = [0, 2, 4, 6].map((i) => b.readUInt16BE(at + i));
    const [mo, day, h, mi] = [md >> 8 & 15, md & 31, hm >> 8 & 31, hm & 63];
    if (mo < 1 || mo > 12 || day < 1 || h > 23 || mi > 59 || ms > 59999) return null;
    return new Date(Date.UTC(2000 + (y & 127), mo - 1, day, h, mi, 0, ms)).toISOString();
};
`

func (it *Item) assignment(s *Span) string {
	at := 2 * int(it.Row.Register-s.First)
	key := "values[" + quote(it.ID.String()) + "]"
	switch k := it.layout(); {
	case it.Bit >= 0:
		return fmt.Sprintf("%s = bit(%d, %d, %d);", key, at, it.Bit, it.qualityAt(s))
	case k == regmap.Chars:
		return fmt.Sprintf("%s = text(%d, %d);", key, at, 2*it.Row.Count)
	case k == regmap.DateTime:
		return fmt.Sprintf("%s = date(%d);", key, at)
	case nodeReaders[k] != "":
		return fmt.Sprintf("%s = number(%s, [%s], %s);", key, fmt.Sprintf(nodeReaders[k], at), strings.Join(it.Row.Kind.None(), ", "), number(it.Factor()))
	}
	return fmt.Sprintf("// left out: %v, since nothing reads %v here.", it.ID, it.Row.Kind)
}

// qualityAt is where the quality word of a bit stands in the bytes of s; -1:
// nowhere in it.
func (it *Item) qualityAt(s *Span) int {
	if q := it.Quality; q != nil && q.Register >= s.First && q.Last() <= s.Last() {
		return 2 * int(q.Register-s.First)
	}
	return -1
}
