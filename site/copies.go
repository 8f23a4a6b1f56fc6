package site

import (
	"fmt"
	"slices"
	"strconv"

	yaml "go.yaml.in/yaml/v4"
)

// breakersMax is how many breakers one process serves: what was measured, and
// room for as many again.
const breakersMax = 20_000

// elementsMax is how many loads, cables and so on a site may have of each; ours.
const elementsMax = 5 * breakersMax

// naming are the fields that name a thing of the switchroom, or refer to one.
var naming = []string{"name", "node", "from", "to", "starts_on", "grid", "zsi", "via"}

// copies repeats everything between the head of the file and its end as often as
// it says, each copy with names of its own: Q1-0001, Q1-0002.
func (c *checker) copies(root *yaml.Node) {
	n, _ := strconv.Atoi(text(child(root, "copies")))
	if n < 2 {
		return
	}
	if child(root, "gateways") != nil || child(root, "lines") != nil {
		c.problem("copies", "each copy of a gateway or a line would need an address of its own; leave copies, or gateways and lines, out")
		return
	}
	breakers := child(root, "breakers")
	if breakers != nil && n*len(breakers.Content) > breakersMax {
		c.problem("copies", fmt.Sprintf("%d breakers; a site has up to %d", n*len(breakers.Content), breakersMax))
		return
	}
	for i, b := range items(breakers) {
		if child(b, "address") != nil {
			c.problem(fmt.Sprintf("breakers[%d].address", i), "each copy gets the next addresses by itself; leave address out")
			return
		}
	}
	repeat(breakers, n)
	if net := child(root, "network"); net != nil {
		for i := 1; i < len(net.Content); i += 2 {
			if k := n * len(items(net.Content[i])); k > elementsMax {
				c.problem("copies", fmt.Sprintf("%d %s; a site has up to %d", k, net.Content[i-1].Value, elementsMax))
				return
			}
			repeat(net.Content[i], n)
		}
	}
}

// repeat puts n copies of a list's items in their place.
func repeat(list *yaml.Node, n int) {
	once := items(list)
	if len(once) == 0 {
		return
	}
	list.Content = make([]*yaml.Node, 0, n*len(once))
	for k := range n {
		for _, item := range once {
			list.Content = append(list.Content, renamed(item, fmt.Sprintf("-%04d", k+1)))
		}
	}
}

// renamed copies an item with a suffix to its names. What is not renamed is
// shared.
func renamed(item *yaml.Node, suffix string) *yaml.Node {
	out := *item
	out.Content = slices.Clone(item.Content)
	for i := 0; i+1 < len(out.Content); i += 2 {
		if slices.Contains(naming, out.Content[i].Value) {
			out.Content[i+1] = suffixed(out.Content[i+1], suffix)
		}
	}
	return &out
}

// suffixed copies a name, or a list of names, with a suffix.
func suffixed(n *yaml.Node, suffix string) *yaml.Node {
	out := *n
	if n.Kind != yaml.SequenceNode {
		out.Value, out.Tag = n.Value+suffix, "!!str"
		return &out
	}
	out.Content = nil
	for _, item := range n.Content {
		out.Content = append(out.Content, suffixed(item, suffix))
	}
	return &out
}

// child returns the value of a key of a mapping, or nil.
func child(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

func items(list *yaml.Node) []*yaml.Node {
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	return list.Content
}

func text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return n.Value
}
