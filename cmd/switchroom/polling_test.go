package main

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/polling"
	"switchroom/regmap"
)

func TestParseDevice(t *testing.T) {
	for _, c := range []struct {
		in   string
		want polling.Device
	}{
		{"Q1=modbus://127.0.1.1:5020/255", polling.Device{Name: "Q1", Host: "127.0.1.1", Port: 5020, Unit: 255}},
		{"Q1=modbus://gateway.example", polling.Device{Name: "Q1", Host: "gateway.example", Port: 502, Unit: 255}},
		{"Q=1, north=modbus://[fd00::1]:502/7", polling.Device{Name: "Q=1, north", Host: "fd00::1", Port: 502, Unit: 7}},
	} {
		if got, err := parseDevice(c.in); err != nil || got != c.want {
			t.Errorf("%q: %+v, %v; want %+v", c.in, got, err, c.want)
		}
	}
	for _, in := range []string{"", "Q1", "=modbus://127.0.0.1", "Q1=http://127.0.0.1", "Q1=modbus://", "Q1=modbus://a:0/1", "Q1=modbus://a:70000/1", "Q1=modbus://a/256", "Q1=modbus://user:pw@a/1"} {
		if got, err := parseDevice(in); err == nil {
			t.Errorf("%q: %+v, and it is none", in, got)
		}
	}
}

// FuzzDevice has what is taken as a device written again and read as the same.
func FuzzDevice(f *testing.F) {
	f.Add("Q1=modbus://127.0.1.1:5020/255")
	f.Add("a=modbus://b=modbus://[::1]:1/0")
	f.Fuzz(func(t *testing.T, in string) {
		d, err := parseDevice(in)
		if err != nil {
			return
		}
		again := fmt.Sprintf("%s=modbus://%s/%d", d.Name, net.JoinHostPort(d.Host, fmt.Sprint(d.Port)), d.Unit)
		if p, err := polling.NewPlan(regmap.Default(), []points.ID{points.CurrentL1}, []polling.Device{d}); err == nil {
			if got, err := parseDevice(again); err != nil || got != d {
				t.Errorf("%q: %+v, then %+v, %v (%v)", in, d, got, err, p.Devices)
			}
		}
	})
}

// TestEveryFormatIsOffered keeps --format and package polling in step.
func TestEveryFormatIsOffered(t *testing.T) {
	for _, f := range polling.Formats {
		out, status := call("registers", "--format", f.Name, "--device", "Q1=modbus://127.0.1.1:5020/255")
		if status != 0 || !strings.Contains(out, "127.0.1.1") && f.Name != "prometheus-modbus" {
			t.Errorf("--format %s: status %d, %.200s", f.Name, status, out)
		}
	}
}

// TestManyDevicesAtOnce has every wrong device named at once.
func TestManyDevicesAtOnce(t *testing.T) {
	tl := toolListing{Format: "telegraf", Device: []string{"one", "two"}}
	_, err := tl.devices(&app{})
	if !errors.Is(err, errMisuse) || !strings.Contains(err.Error(), `"one"`) || !strings.Contains(err.Error(), `"two"`) {
		t.Errorf("%v", err)
	}
}
