package main

import (
	"fmt"
	"strings"
	"time"

	"switchroom/access"
	"switchroom/points"
)

type accessCmd struct {
	Explain accessExplainCmd `cmd:"" help:"Say how one request is decided, check by check."`
	Matrix  accessMatrixCmd  `cmd:"" help:"Print access matrix B of the guide and the whole policy."`
}

type accessExplainCmd struct {
	JSON       bool   `help:"Print JSON."`
	Op         string `arg:"" help:"What is asked: open, close, reset, a point (protection.long_time.ir) or a class (monitor, protect, configure …)."`
	Path       string `required:"" help:"Way in: hmi, nfc, ble, otg, usb, modbus, web, serial, io."`
	Level      int    `help:"Level whose password is given: 1 to 4; 0: a wrong one; -1: none." default:"-1"`
	Profile    string `help:"2017, rbac or hardened." default:"2017"`
	Absent     bool   `help:"Nobody stands at the unit."`
	NoLogin    bool   `help:"No personal login (web)."`
	Role       string `help:"Role of the login, where the profile has roles (web): SECADM, Engineer, Installer, Operator, Viewer; all of them if not given."`
	PadLocked  bool   `help:"Remote control is disabled."`
	Inhibited  bool   `help:"Closing is inhibited."`
	Closed     bool   `help:"The breaker is closed."`
	HMILock    bool   `name:"hmi-lock" help:"Protection settings are locked at the HMI."`
	RemoteLock bool   `help:"Protection settings are locked for remote change."`
	Mode       string `help:"Control mode: unset, manual, local, remote." default:"unset" enum:"unset,manual,local,remote"`
	Factory    bool   `help:"The passwords are still the factory's."`
}

// explanationJSON is what --json prints.
type explanationJSON struct {
	Path      string            `json:"path"`
	Op        string            `json:"op"`
	Class     string            `json:"class"`
	Profile   string            `json:"profile"`
	Allowed   bool              `json:"allowed"`
	Rule      string            `json:"rule"`
	Reason    string            `json:"reason"`
	Remedy    string            `json:"remedy"`
	Demands   string            `json:"demands,omitempty"`
	Source    string            `json:"source,omitempty"`
	Certainty *points.Certainty `json:"certainty,omitempty"`
	Steps     []stepJSON        `json:"steps"`
}

type stepJSON struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
}

func (c *accessExplainCmd) Run(a *app) error {
	p, err := access.ParseProfile(c.Profile)
	if err != nil {
		return misuse("%v", err)
	}
	q, err := c.query()
	if err != nil {
		return err
	}
	e := access.New(p).Explain(q)
	if c.JSON {
		return printJSON(a.Stdout, explained(p, &q, &e))
	}
	fmt.Fprintf(a.Stdout, "%v over %v, class %v, profile %v\n", opName(&q), q.Actor.Path, q.Class(), p)
	if e.Row != nil {
		fmt.Fprintf(a.Stdout, "rule %s needs %s  [%s; %s]\n", e.Row.Rule, e.Row.Demands(p), e.Row.Source, e.Row.Certainty)
	}
	fmt.Fprint(a.Stdout, e.String())
	return nil
}

func opName(q *access.Query) string {
	if q.Read {
		return "reading"
	}
	return q.Op.String()
}

func (c *accessExplainCmd) query() (q access.Query, err error) {
	path, err := access.ParsePath(c.Path)
	if err != nil {
		return q, misuse("%v", err)
	}
	if c.Level < -1 || c.Level > 4 {
		return q, misuse("level %d: 1 to 4, 0 for a wrong password, -1 for none", c.Level)
	}
	if q.Op, q.Read, err = operation(c.Op); err != nil {
		return q, err
	}
	roles := access.AnyRole
	if c.Role != "" {
		if roles, err = access.ParseRole(c.Role); err != nil {
			return q, misuse("%v", err)
		}
	}
	q.Actor = access.Actor{Path: path, Offered: c.Level >= 0, Levels: access.Level(c.Level), Login: !c.NoLogin, Roles: roles, Present: !c.Absent, Until: time.Hour}
	q.Locks = access.Locks{
		RemoteControl: access.TriOf(!c.PadLocked), CloseInhibited: access.TriOf(c.Inhibited), Closed: access.TriOf(c.Closed),
		HMIProtection: access.TriOf(c.HMILock), RemoteProtection: access.TriOf(c.RemoteLock),
		Mode: map[string]access.Mode{"unset": access.ModeUnset, "manual": access.ModeManual, "local": access.ModeLocal, "remote": access.ModeRemote}[c.Mode],
	}
	if c.Factory {
		q.Locks.Factory = access.AnyLevel
	}
	return q, nil
}

// operation finds what a person means: a short name, a point, or a class, for
// which its first point stands.
func operation(s string) (op points.ID, read bool, err error) {
	switch s {
	case "open", "close", "reset":
		op, err = points.Lookup("breaker." + s)
		return op, false, err
	case "read", "monitor":
		return 0, true, nil
	}
	for _, p := range points.All() {
		if p.Class.String() == s {
			return p.ID, false, nil
		}
	}
	if op, err = points.Lookup(s); err != nil {
		return 0, false, misuse("%v", err)
	}
	return op, !points.Of(op).Writable() && points.Of(op).Type != points.Action, nil
}

func explained(p access.Profile, q *access.Query, e *access.Explanation) explanationJSON {
	j := explanationJSON{
		Path: q.Actor.Path.String(), Op: opName(q), Class: q.Class().String(), Profile: p.String(),
		Allowed: e.OK(), Rule: e.Rule, Reason: e.Reason.String(), Remedy: e.Reason.Remedy(), Steps: []stepJSON{},
	}
	if e.Row != nil {
		j.Demands, j.Source, j.Certainty = e.Row.Demands(p), e.Row.Source, &e.Row.Certainty
	}
	for _, s := range e.Steps() {
		j.Steps = append(j.Steps, stepJSON{s.What, s.OK})
	}
	return j
}

type accessMatrixCmd struct {
	listing
	Profile string `help:"2017, rbac or hardened." default:"2017"`
}

// matrixJSON is what --json prints.
type matrixJSON struct {
	Profile string                       `json:"profile"`
	Matrix  map[string]map[string]string `json:"matrix"`
	Policy  []policyJSON                 `json:"policy"`
}

type policyJSON struct {
	Rule      string           `json:"rule"`
	Paths     []string         `json:"paths"`
	Class     string           `json:"class"`
	Levels    string           `json:"levels"`
	Demands   string           `json:"demands"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

func (c *accessMatrixCmd) Run(a *app) error {
	p, err := access.ParseProfile(c.Profile)
	if err != nil {
		return misuse("%v", err)
	}
	b, policy := matrixTable(p), policyTable(p)
	if c.Chosen() == "json" {
		return printJSON(a.Stdout, matrixJSON{p.String(), b.JSON.(map[string]map[string]string), policy.JSON.([]policyJSON)})
	}
	if err := b.Print(a.Stdout, c.listing); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout)
	return policy.Print(a.Stdout, c.listing)
}

// matrixTable is matrix B, each cell asked of the monitor.
func matrixTable(p access.Profile) *table {
	t := &table{Head: []string{"information and operations"}}
	cells := map[string]map[string]string{}
	for _, col := range access.Columns {
		t.Head = append(t.Head, col.Name)
	}
	for _, row := range access.MatrixRows {
		line := []string{row.Name}
		cells[row.Name] = map[string]string{}
		for _, col := range access.Columns {
			v := access.Cell(p, row, col)
			line = append(line, v)
			cells[row.Name][col.Name] = v
		}
		t.Rows = append(t.Rows, line)
	}
	t.JSON = cells
	return t
}

// policyTable is the whole policy.
func policyTable(p access.Profile) *table {
	t := &table{Head: []string{"rule", "paths", "class", "needs", "source", "certainty"}}
	all := []policyJSON{}
	for i := range access.Policy {
		r := &access.Policy[i]
		var paths []string
		for _, x := range r.Paths {
			paths = append(paths, x.String())
		}
		all = append(all, policyJSON{r.Rule, paths, r.Class.String(), r.Levels.String(), r.Demands(p), r.Source, r.Certainty})
		t.Add(r.Rule, strings.Join(paths, " "), r.Class.String(), r.Demands(p), r.Source, r.Certainty.String())
	}
	t.JSON = all
	return t
}
