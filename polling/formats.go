package polling

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Format is one tool's configuration.
type Format struct {
	Name  string // as --format takes it
	Tool  string // what reads it
	print func(*printer, *Plan)
}

// Formats are all formats, by name.
var Formats = []Format{
	{"csv", "anything that reads a list of devices and registers", pollingCSV},
	{"home-assistant", "Home Assistant, integrations modbus and template", homeAssistant},
	{"mbmap", "pysunspec, the map of a simulated Modbus device", mbmap},
	{"node-red", "Node-RED with node-red-contrib-modbus", nodeRED},
	{"prometheus-modbus", "modbus_exporter for Prometheus: its modules", prometheusModbus},
	{"prometheus-scrape", "Prometheus: the scrape configuration for modbus_exporter", prometheusScrape},
	{"telegraf", "Telegraf, plugins inputs.modbus and processors.starlark", telegraf},
}

// Lookup returns the format of a name.
func Lookup(name string) (*Format, bool) {
	for i := range Formats {
		if Formats[i].Name == name {
			return &Formats[i], true
		}
	}
	return nil, false
}

// Write writes p for the tool of f.
func (f *Format) Write(w io.Writer, p *Plan) error {
	out := &printer{bufio.NewWriter(w)}
	f.print(out, p)
	return out.w.Flush()
}

// printer writes lines; what goes wrong is told at the end.
type printer struct{ w *bufio.Writer }

func (o *printer) line(format string, args ...any) {
	fmt.Fprintf(o.w, format+"\n", args...)
}

// head writes what stands first in every configuration, with the mark of a
// comment before each line.
func (o *printer) head(mark string, f string, more ...string) {
	for _, l := range append([]string{
		"Breakers for " + f + ", made by `switchroom registers`.",
		"Beside each point stand its register and how well that is known: confirmed, sibling, reported, inferred or ours.",
		"Compare what is not confirmed with your unit. docs/tools.md says what this tool cannot do.",
	}, more...) {
		o.line("%s%s", mark, strings.TrimSpace(comment(l)))
	}
}
