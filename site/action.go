package site

import (
	"fmt"
	"reflect"
)

// A scenario as it stands in its file.

type fileScenario struct {
	Name     string       `yaml:"scenario"`
	Seed     *uint64      `yaml:"seed"`
	Start    string       `yaml:"start"`
	Duration string       `yaml:"duration"`
	Actions  []fileAction `yaml:"actions"`
}

type fileAction struct {
	At     string   `yaml:"at"`
	Do     string   `yaml:"do"`
	Target string   `yaml:"target"`
	Jitter float64  `yaml:"jitter"`
	Name   *string  `yaml:"name"`
	Kind   *string  `yaml:"kind"`
	Along  *float64 `yaml:"along"`
	Phase  *int     `yaml:"phase"`
	Ohm    *float64 `yaml:"ohm"`
	Gap    *float64 `yaml:"gap"`
	Angle  *float64 `yaml:"angle"`
	For    *string  `yaml:"for"`
	Share  *float64 `yaml:"share"`
	Phases []int    `yaml:"phases"`
	To     *string  `yaml:"to"`
	State  *string  `yaml:"state"`
	Part   *string  `yaml:"part"`
	Switch *string  `yaml:"switch"`

	Pad     *string  `yaml:"pad"`
	Lock    *string  `yaml:"lock"`
	Coil    *string  `yaml:"coil"`
	Volts   *float64 `yaml:"volts"`
	Celsius *float64 `yaml:"celsius"`
	What    *string  `yaml:"what"`
	Module  *int     `yaml:"module"`
	Input   *int     `yaml:"input"`
	Place   *int     `yaml:"position"`

	With  map[string]string `yaml:"with"`
	By    *string           `yaml:"by"`
	Way   *string           `yaml:"way"`
	Wrong *bool             `yaml:"wrong_pin"`
}

// given are the fields that are given, as they are told in a log.
func (f *fileAction) given() map[string]string {
	all := map[string]any{
		"name": f.Name, "kind": f.Kind, "along": f.Along, "phase": f.Phase, "ohm": f.Ohm, "gap": f.Gap,
		"angle": f.Angle, "for": f.For, "share": f.Share, "phases": f.Phases, "to": f.To, "state": f.State, "part": f.Part, "switch": f.Switch,
		"pad": f.Pad, "lock": f.Lock, "coil": f.Coil, "volts": f.Volts, "celsius": f.Celsius, "what": f.What, "with": f.With,
		"module": f.Module, "input": f.Input, "position": f.Place,
		"by": f.By, "way": f.Way, "wrong_pin": f.Wrong,
	}
	given := map[string]string{}
	for name, p := range all {
		if v := reflect.ValueOf(p); !v.IsNil() {
			given[name] = fmt.Sprint(reflect.Indirect(v))
		}
	}
	return given
}
