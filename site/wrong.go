package site

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// What is wrong by the schema must not hide what does not go together. So the
// entries of lists in which something is wrong are emptied, and the rest is
// judged: but not whether there is what it refers to, since that may be in one of
// them. What is wrong outside a list concerns everything, and nothing else is
// judged.

// judgeable reports whether the rest can be judged.
func (c *checker) judgeable() bool {
	return len(c.problems) < problemsMax && !slices.ContainsFunc(c.problems, func(p Problem) bool { return entry(p.Path) == "" })
}

// entry is the entry of a list in which a path is: breakers[2] of
// breakers[2].settings.x; "" outside every list.
func entry(path string) string {
	at, _, in := strings.Cut(path, "]")
	if !in {
		return ""
	}
	return at + "]"
}

// doubt empties the entries in which something is wrong so far.
func (c *checker) doubt(root *yaml.Node) {
	wrong := map[string]bool{}
	c.doubtful = map[string]bool{}
	for _, p := range c.problems {
		wrong[p.Path] = true
		c.doubtful[entry(p.Path)] = true
	}
	c.empty("", root, wrong)
}

func (c *checker) empty(path string, n *yaml.Node, wrong map[string]bool) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.empty(join(path, n.Content[i].Value), n.Content[i+1], wrong)
		}
	}
	if n.Kind != yaml.SequenceNode {
		return
	}
	for i, v := range n.Content {
		if at := fmt.Sprintf("%s[%d]", path, i); c.doubtful[at] {
			n.Content[i] = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: sound(at, v, wrong)}
		}
	}
}

// sound is what an action does and to what, as far as that is well-formed.
func sound(at string, n *yaml.Node, wrong map[string]bool) (kept []*yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if name := n.Content[i].Value; (name == "do" || name == "target") && !wrong[join(at, name)] {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	return kept
}

// each judges the entries of a list in which nothing is wrong.
func each[T any](c *checker, path string, list []T, judge func(at string, x *T)) {
	for i := range list {
		if at := fmt.Sprintf("%s[%d]", path, i); !c.doubtful[at] {
			judge(at, &list[i])
		}
	}
}
