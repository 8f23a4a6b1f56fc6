package site

import (
	"encoding/json"

	"switchroom/imu"
)

// Field is one field of the site file: a row of the schema.
type Field struct {
	Name     string
	Kind     Kind
	Help     string
	Required bool
	Enum     []string
	Min, Max float64 // of numbers; both 0: unbounded
	Fields   []Field // of objects, and of the objects in a list
	Of       *Field  // what a list of plain values, or a map, holds
}

// Kind is what a field holds.
type Kind string

// Kinds of fields.
const (
	Text    Kind = "string"
	Number  Kind = "number"
	Whole   Kind = "integer"
	Flag    Kind = "boolean"
	Object  Kind = "object"
	List    Kind = "array"
	Strings Kind = "map"    // of text to text
	Moment  Kind = "moment" // a time: seconds, 1h30m or 10:30:00
)

// Schema is the site file.
var Schema = Field{Kind: Object, Fields: []Field{
	{Name: "site", Kind: Text, Help: "name of the switchroom", Required: true},
	{Name: "profile", Kind: Text, Help: "behaviour of every unit", Enum: []string{"2017", "rbac", "hardened"}},
	{Name: "voltage", Kind: Number, Help: "V, rated, phase to phase; 400", Min: 208, Max: 1000},
	{Name: "frequency", Kind: Number, Help: "Hz; 50", Enum: []string{"50", "60"}},
	{Name: "seed", Kind: Whole, Help: "of everything that is random", Max: 1 << 53},
	{Name: "port", Kind: Whole, Help: "Modbus TCP port of every unit; 5020", Min: 1, Max: 65535},
	{Name: "web", Kind: Text, Help: "web pages of every IFE and EIFE, at the unit's own address; on", Enum: []string{"on", "off"}},
	{Name: "web_port", Kind: Whole, Help: "HTTP port of the web pages; 8080, or a free one if that is taken", Min: 1, Max: 65535},
	{Name: "web_tls_port", Kind: Whole, Help: "HTTPS port of the web pages, where the profile has HTTPS; 8443, or a free one if that is taken", Min: 1, Max: 65535},
	{Name: "interface_firmware", Kind: Text, Help: "of every IFE and EIFE, which decides what their web pages are; 003.010.005 in profile 2017, else 004.001.000"},
	{Name: "trust", Kind: Text, Help: "directory, relative to this file, of the certificates and revocation lists by which control units judge firmware and digital modules, as switchroom trust init or trust export makes it; without it they install none"},
	{Name: "timestamp_exception", Kind: Flag, Help: "control units spare what a trusted timestamp proves older than a revocation that leaves the key where it was"},
	{Name: "listen", Kind: Text, Help: "loopback, or lan: units may have addresses that the network reaches", Enum: []string{"loopback", "lan"}},
	{Name: "measuring_errors", Kind: Flag, Help: "every unit measures with errors of its own within its accuracy class, by the seed"},
	{Name: "faithful_limits", Kind: Flag, Help: "the real interface's limits: 16 connections, 12 transactions, 52 registers written at once"},
	{Name: "idle_limit", Kind: Number, Help: "s; a connection without request is closed after it; 0 is never", Max: 86400},
	{Name: "copies", Kind: Whole, Help: "how often everything below stands there, each with names and addresses of its own; 1", Min: 1, Max: breakersMax},
	{Name: "gateways", Kind: List, Help: "what breakers are behind that have no address of their own", Fields: gatewayFields},
	{Name: "lines", Kind: List, Help: "serial lines with IFMs on them", Fields: lineFields},
	{Name: "breakers", Kind: List, Help: "the breakers", Required: true, Fields: []Field{
		{Name: "name", Kind: Text, Help: "on the single-line diagram: Q1", Required: true},
		{Name: "title", Kind: Text, Help: "what it is: incomer 1"},
		{Name: "in", Kind: Number, Help: "A, rated current of the sensor plug", Required: true, Min: 100, Max: 8000},
		{Name: "variant", Kind: Text, Help: "type of the control unit", Required: true, Enum: []string{"2.0", "3.0", "5.0", "6.0", "7.0"}},
		{Name: "standard", Kind: Text, Help: "product standard; iec (ul for 3.0)", Enum: []string{"iec", "ul"}},
		{Name: "poles", Kind: Whole, Help: "3 or 4; 3", Min: 3, Max: 4},
		{Name: "system_type", Kind: Whole, Help: "wiring: 30 3P+ENCT, 31 3P, 40 3P+ENVT, 41 both or 4P; by poles", Min: 30, Max: 41},
		{Name: "ground_return", Kind: Flag, Help: "has a ground-return sensor with its MDGF module; 6.0 only"},
		{Name: "frame", Kind: Text, Help: "by the rated current", Enum: []string{"MTZ1", "MTZ2", "MTZ3"}},
		{Name: "interface", Kind: Text, Help: "how the network reaches it; ife, and with via ifm", Enum: []string{"none", "ife", "eife", "ifm"}},
		{Name: "address", Kind: Text, Help: "IP address; the next from 127.0.1.1 on"},
		{Name: "port", Kind: Whole, Help: "Modbus TCP port, in place of the site's", Min: 1, Max: 65535},
		{Name: "unit", Kind: Whole, Help: "Modbus unit id besides 0 and 255; with via the only one", Min: 1, Max: 255},
		{Name: "via", Kind: Text, Help: "the breaker on whose IFE server its IFM is stacked, or the gateway or the serial line that it is behind"},
		{Name: "fixed", Kind: Flag, Help: "without a drawout chassis"},
		{Name: "closed", Kind: Flag, Help: "begins closed"},
		{Name: "pad", Kind: Text, Help: "locking pad of IFE or IFM; by the profile", Enum: []string{"locked", "unlocked"}},
		{Name: "remote_control", Kind: Flag, Help: "of an EIFE; by the profile"},
		{Name: "mode", Kind: Text, Help: "control mode; unset gates nothing", Enum: []string{"unset", "manual", "local", "remote"}},
		{Name: "mn", Kind: Flag, Help: "has an undervoltage release"},
		{Name: "without", Kind: List, Help: "accessories it has not", Of: &Field{Kind: Text, Enum: []string{"mx", "xf", "res", "mch"}}},
		{Name: "modules", Kind: List, Help: "digital modules that are installed; none", Of: &Field{Kind: Text, Enum: moduleNames()}},
		{Name: "io", Kind: List, Help: "IO modules, up to two; none (docs/iomodule.md)", Fields: ioFields},
		{Name: "zsi", Kind: List, Help: "breakers upstream that its ZSI output restrains", Of: &Field{Kind: Text}},
		{Name: "passwords", Kind: Strings, Help: "level1 to level4, four of 0-9 A-Z a-z each; the factory's"},
		{Name: "settings", Kind: Strings, Help: "protection settings by dotted name; the factory's"},
		{Name: "vendor", Kind: Text, Help: "vendor name that it reads as"},
		{Name: "serial", Kind: Text, Help: "serial number that it reads as"},
		{Name: "firmware", Kind: Text, Help: "of the control unit as it left the factory; 002.000.003"},
		{Name: "manufactured", Kind: Text, Help: "date of the control unit, 2024-05-31; its life counts from there"},
		{Name: "commissioned", Kind: Text, Help: "date, 2024-06-30; maintenance is due from there on"},
		{Name: "from", Kind: Text, Help: "node above it"},
		{Name: "to", Kind: Text, Help: "node below it"},
		{Name: "taps", Kind: Text, Help: "where it measures voltage; bottom", Enum: []string{"top", "bottom"}},
		{Name: "snmp", Kind: Flag, Help: "its interface is read by SNMP; true where there is snmp at the top"},
		{Name: "mbaps", Kind: Object, Help: "Modbus/TCP Security of its interface; what is left out is as mbaps at the top has it", Fields: mbapsFields},
	}},
	{Name: "network", Kind: Object, Help: "what feeds and what loads the nodes", Fields: networkFields},
	{Name: "room", Kind: Object, Help: "the locked area that the breakers stand in; without it they stand in the open", Fields: roomFields},
	{Name: "events", Kind: Object, Help: "who is told of what happens; nobody", Fields: eventFields},
	{Name: "snmp", Kind: Object, Help: "who may read the interfaces by SNMP; it is off without", Fields: snmpFields},
	{Name: "mbaps", Kind: Object, Help: "Modbus/TCP Security of every IFE and EIFE with an address of its own, or what those that ask for it share; off", Fields: mbapsFields},
}}

// moduleNames are those of the digital modules, and all.
func moduleNames() (names []string) {
	for _, m := range imu.AllModules.List() {
		names = append(names, m.String())
	}
	return append(names, "all")
}

// JSONSchema returns the schema as a JSON Schema (draft 2020-12) document.
func JSONSchema() ([]byte, error) { return jsonDocument(&Schema, "Switchroom site file") }

func jsonDocument(f *Field, title string) ([]byte, error) {
	root := jsonField(f)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	return json.MarshalIndent(root, "", "  ")
}

func jsonField(f *Field) map[string]any {
	m := map[string]any{"type": string(f.Kind)}
	if f.Help != "" {
		m["description"] = f.Help
	}
	if f.Min != 0 || f.Max != 0 {
		m["minimum"], m["maximum"] = f.Min, f.Max
	}
	switch {
	case f.Kind == Moment:
		m["type"] = []string{"string", "number"}
	case f.Kind == Strings:
		m["type"] = "object"
		m["additionalProperties"] = map[string]any{"type": []string{"string", "number", "boolean"}}
	case f.Kind == Object:
		jsonObject(m, f.Fields)
	case f.Kind == List && f.Of != nil:
		m["items"] = jsonField(f.Of)
	case f.Kind == List:
		item := map[string]any{"type": "object"}
		jsonObject(item, f.Fields)
		m["items"] = item
	case f.Enum != nil && f.Kind == Number:
		m["enum"] = numbers(f.Enum)
	case f.Enum != nil:
		m["enum"] = f.Enum
	}
	if f.Kind == Text && (f.Name == "variant" || f.Name == "profile") {
		// 6.0 and 2017 without quotes are numbers to YAML, and mean the same.
		m["type"] = []string{"string", "number"}
		m["enum"] = append(any1(f.Enum), numbers(f.Enum)...)
	}
	return m
}

func jsonObject(m map[string]any, fields []Field) {
	props, required := map[string]any{}, []string{}
	for i := range fields {
		props[fields[i].Name] = jsonField(&fields[i])
		if fields[i].Required {
			required = append(required, fields[i].Name)
		}
	}
	m["properties"], m["required"], m["additionalProperties"] = props, required, false
}

func any1(s []string) []any {
	var a []any
	for _, v := range s {
		a = append(a, v)
	}
	return a
}

// numbers are the values that are numbers.
func numbers(s []string) []any {
	var a []any
	for _, v := range s {
		var n json.Number
		if json.Unmarshal([]byte(v), &n) == nil {
			a = append(a, n)
		}
	}
	return a
}
