package main

import (
	"fmt"
	"io"

	"switchroom/notify/snmp"
	"switchroom/points"
)

type snmpCmd struct {
	MIB     snmpMIBCmd     `cmd:"" name:"mib" help:"Print the MIB: what managers need to name what they read."`
	Objects snmpObjectsCmd `cmd:"" help:"List what can be read of a breaker by SNMP, with certainty."`
}

type snmpMIBCmd struct{}

func (c *snmpMIBCmd) Run(a *app) error {
	_, err := io.WriteString(a.Stdout, snmp.MIB())
	return err
}

type snmpObjectsCmd struct{ listing }

// snmpObject is one object, as it is printed.
type snmpObject struct {
	OID       string           `json:"oid"` // the breaker's index follows
	Object    string           `json:"object"`
	Point     string           `json:"point"`
	Syntax    string           `json:"syntax"`
	Units     string           `json:"units,omitempty"`
	Title     string           `json:"title"`
	Certainty points.Certainty `json:"certainty"` // of the point; that it is read by SNMP, and by this object, is ours
	Source    string           `json:"source"`
}

func (c *snmpObjectsCmd) Run(a *app) error {
	all := []snmpObject{}
	t := table{Head: []string{"oid", "object", "point", "syntax", "units", "title", "certainty"}}
	columns := snmp.Columns()
	for i := range columns {
		o, info := &columns[i], points.Of(columns[i].Point)
		all = append(all, snmpObject{o.OID(), o.Name(), info.Name, o.Syntax(), o.Units(), info.Title, info.Certainty, info.Source})
		t.Add(o.OID(), o.Name(), info.Name, o.Syntax(), o.Units(), info.Title, info.Certainty.String())
	}
	t.JSON = all
	if err := t.Print(a.Stdout, c.listing); err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, "certainty is that of the point; that it is read by SNMP, and by this object, is ours")
	return nil
}
