package fat

import (
	"fmt"
	"io"

	yaml "go.yaml.in/yaml/v4"
)

// Example is the binding that a generated plan has, for a person to change: a page
// of JSON with all values of the site.
func Example() Binding {
	return Binding{
		Kind: "http", URL: "http://127.0.0.1:8080/values", Value: "/{breaker}/{point}/value", Quality: "/{breaker}/{point}/quality", Time: "/{breaker}/{point}/time",
	}
}

// ReadBinding reads a binding from a file of its own: what stands under binding in
// a plan.
func ReadBinding(r io.Reader) (Binding, error) {
	var b Binding
	d := yaml.NewDecoder(io.LimitReader(r, fileMax))
	d.KnownFields(true)
	if err := d.Decode(&b); err != nil {
		return b, fmt.Errorf("the binding: %w", err)
	}
	return b, b.check()
}
