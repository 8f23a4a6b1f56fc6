package polling

import (
	"fmt"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"
)

// These tables are the schema of Home Assistant's modbus integration, as far as
// the export uses it, written down from the source: home-assistant/core,
// homeassistant/components/modbus/schemas.py (BASE_COMPONENT_SCHEMA,
// BASE_STRUCT_SCHEMA, SENSOR_SCHEMA, ETHERNET_SCHEMA) at 0dfec4d1 and
// validators.py (DEFAULT_STRUCT_FORMAT, validate_modbus, validate_entity).
// HOME ASSISTANT ITSELF HAS NOT LOADED WHAT THESE TESTS PASS: it is not to be
// had from where they run.
var (
	haHubKeys      = map[string]string{"name": "text", "type": "text", "host": "text", "port": "whole", "timeout": "whole", "sensors": "list"}
	haSensorKeys   = map[string]string{"name": "text", "address": "whole", "slave": "whole", "scan_interval": "whole", "unique_id": "text", "input_type": "text", "data_type": "text", "scale": "number", "precision": "whole", "device_class": "text", "state_class": "text", "unit_of_measurement": "text", "nan_value": "number"}
	haTemplateKeys = map[string]string{"name": "text", "unique_id": "text", "state": "text", "availability": "text"}
	haRequired     = []string{"name", "address"}
	haDataTypes    = []string{"int16", "int32", "int64", "uint16", "uint32", "uint64", "float16", "float32", "float64"}
	haDeviceUnits  = map[string]string{"current": "A", "frequency": "Hz", "voltage": "V", "apparent_power": "VA", "power": "W", "energy": "Wh", "reactive_power": "var", "temperature": "°C"}
	haStateClasses = []string{"measurement", "total", "total_increasing"}
)

// haSchema returns what Home Assistant would refuse, or drop without an error: a
// second hub of a host and port, a second entity of a name.
func haSchema(b []byte) error {
	var c struct {
		Modbus   []map[string]any
		Template []map[string][]map[string]any
	}
	if err := yaml.Unmarshal(b, &c); err != nil {
		return err
	}
	sockets, ids := map[string]bool{}, map[string]bool{}
	for _, h := range c.Modbus {
		if err := haKeys(h, haHubKeys); err != nil {
			return err
		}
		socket := fmt.Sprint(h["host"], h["port"])
		if sockets[socket] || h["type"] != "tcp" {
			return fmt.Errorf("hub %v: dropped, for a second hub of its host and port", h["name"])
		}
		sockets[socket] = true
		sensors, _ := h["sensors"].([]any)
		for _, s := range sensors {
			if err := haSensorOK(s.(map[string]any), ids); err != nil {
				return err
			}
		}
	}
	for _, t := range c.Template {
		for _, s := range t["binary_sensor"] {
			if err := haKeys(s, haTemplateKeys); err != nil {
				return err
			}
			if err := once(ids, "id", s["unique_id"]); err != nil {
				return err
			}
		}
	}
	return nil
}

func haSensorOK(s map[string]any, ids map[string]bool) error {
	if err := haKeys(s, haSensorKeys); err != nil {
		return err
	}
	for _, k := range haRequired {
		if s[k] == nil {
			return fmt.Errorf("sensor %v: %s is missing", s["name"], k)
		}
	}
	if !slices.Contains(haDataTypes, s["data_type"].(string)) || s["input_type"] != "holding" {
		return fmt.Errorf("sensor %v: type %v", s["name"], s["data_type"])
	}
	if d, ok := s["device_class"].(string); ok && (haDeviceUnits[d] == "" || haDeviceUnits[d] != s["unit_of_measurement"]) {
		return fmt.Errorf("sensor %v: device class %q with unit %v", s["name"], d, s["unit_of_measurement"])
	}
	if c, ok := s["state_class"].(string); ok && !slices.Contains(haStateClasses, c) {
		return fmt.Errorf("sensor %v: state class %q", s["name"], c)
	}
	if s["slave"].(int) > 255 || s["address"].(int) > 65535 {
		return fmt.Errorf("sensor %v: slave %v, address %v", s["name"], s["slave"], s["address"])
	}
	if err := once(ids, "name", s["name"]); err != nil {
		return err
	}
	return once(ids, "id", s["unique_id"])
}

func once(seen map[string]bool, what string, v any) error {
	k := fmt.Sprint(what, " ", v)
	if seen[k] {
		return fmt.Errorf("%s is there twice", k)
	}
	seen[k] = true
	return nil
}

func haKeys(m map[string]any, known map[string]string) error {
	for k, v := range m {
		ok := false
		switch v.(type) {
		case string:
			ok = known[k] == "text"
		case int, uint64:
			ok = known[k] == "whole" || known[k] == "number"
		case float64:
			ok = known[k] == "number"
		case []any:
			ok = known[k] == "list"
		}
		if !ok {
			return fmt.Errorf("key %q with %v (%T) is not in Home Assistant's schema", k, v, v)
		}
	}
	return nil
}

// TestSchemaRefuses shows that the schema above is not a rubber stamp.
func TestSchemaRefuses(t *testing.T) {
	good := "modbus:\n  - {name: h, type: tcp, host: a, port: 502, sensors: [{name: s, unique_id: u, address: 1, slave: 1, input_type: holding, data_type: int16%s}]}\n%s"
	for _, c := range []struct{ sensor, hub, why string }{
		{", scale: high", "", "a text for a number"},
		{", register: 5", "", "an unknown key"},
		{", device_class: energy", "", "a device class without its unit"},
		{"", "  - {name: i, type: tcp, host: a, port: 502, sensors: []}\n", "a second hub of a socket"},
	} {
		if haSchema([]byte(fmt.Sprintf(good, c.sensor, c.hub))) == nil {
			t.Errorf("accepted: %s", c.why)
		}
	}
	if err := haSchema([]byte(fmt.Sprintf(good, "", ""))); err != nil {
		t.Errorf("refused: %v", err)
	}
}
