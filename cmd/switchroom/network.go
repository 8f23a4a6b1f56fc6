package main

import (
	"fmt"

	"switchroom/plant"
	"switchroom/site"
)

type networkCmd struct {
	File string `arg:"" help:"The site file."`
	Wide bool   `help:"Take the voltage factor 1.10 for networks of +10 % instead of 1.05 for +6 %."`
	JSON bool   `help:"Print JSON."`
}

func (c *networkCmd) Run(a *app) error {
	s, err := site.LoadFile(c.File)
	if err != nil {
		return err
	}
	st, err := s.ShortCircuit(c.Wide)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, struct {
			Site   string `json:"site"`
			Method string `json:"method"`
			*plant.Study
		}{s.Name, "IEC 60909-0", st})
	}
	fmt.Fprintf(a.Stdout, "%s: prospective currents by IEC 60909-0, c %g to %g, breakers as the file has them; kA\n\n", s.Name, st.CMin, st.CMax)
	nodes := table{Head: []string{"node", "Ik3 max", "Ik3 min", "Ik2 min", "Ik1 max", "Ik1 min", "ip", "kappa", "R/X"}}
	for _, n := range st.Nodes {
		nodes.Add(n.Node, kiloamps(n.Ik3Max), kiloamps(n.Ik3Min), kiloamps(n.Ik2Min), kiloamps(n.Ik1Max), kiloamps(n.Ik1Min), kiloamps(n.Ip), fmt.Sprintf("%.2f", n.Kappa), fmt.Sprintf("%.2f", n.RX))
	}
	if err := nodes.Text(a.Stdout); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout)
	breakers := table{Head: []string{"breaker", "carries", "peak", "of a fault at"}}
	for _, b := range st.Breakers {
		breakers.Add(b.Breaker, kiloamps(b.Ik3), kiloamps(b.Ip), b.At)
	}
	if err := breakers.Text(a.Stdout); err != nil {
		return err
	}
	for _, n := range st.Nodes {
		if n.NearGenerator {
			fmt.Fprintln(a.Stdout, "\nA generator feeds some nodes: there the current sinks, and what a breaker parts is less.")
			break
		}
	}
	return nil
}

func kiloamps(a float64) string { return fmt.Sprintf("%.2f", a/1000) }
