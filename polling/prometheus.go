package polling

import (
	"strings"

	"switchroom/regmap"
)

// promTypes names each kind in modbus_exporter (v0.4.1, config/config.go). It
// reads numbers and bits only.
var promTypes = map[regmap.Kind]string{
	regmap.U16:     "uint16",
	regmap.S16:     "int16",
	regmap.U32:     "uint32",
	regmap.S32:     "int32",
	regmap.U64:     "uint64",
	regmap.S64:     "int64",
	regmap.F32:     "float32",
	regmap.Bits:    "bool",
	regmap.Quality: "bool",
}

// promModule is the name of the module, for every device the same.
const promModule = "switchroom"

// prometheusModbus writes the modules of modbus_exporter. Everything is a gauge:
// a counter that reads "not available" as a negative number would fail the whole
// scrape.
func prometheusModbus(o *printer, p *Plan) {
	o.head("# ", "modbus_exporter", "The devices are in the scrape configuration of Prometheus: --format prometheus-scrape.",
		"An address is the function code, 3, and the address in the frame.")
	o.line("modules:\n  - name: %s\n    protocol: tcp/ip\n    metrics:", promModule)
	written := 0
	for i := range p.Items {
		it := &p.Items[i]
		if promTypes[it.layout()] == "" {
			o.line("      # left out: %v, since modbus_exporter reads numbers only. %s", it.ID, it.about())
			continue
		}
		written++
		promMetric(o, it, it.Row, promName(it), it.about())
		if it.Quality != nil { // of a bit
			promMetric(o, it, it.Quality, promName(it)+"_valid", "1 where "+it.ID.String()+" is valid")
		}
	}
	if written == 0 {
		o.line("      []")
	}
}

func promName(it *Item) string {
	return "switchroom_" + strings.ReplaceAll(it.ID.String(), ".", "_")
}

func promMetric(o *printer, it *Item, r *regmap.Row, name, help string) {
	o.line("      - name: %s # %d, %v", name, r.Register, r.Certainty)
	o.line("        help: %s\n        address: 3%d\n        dataType: %s\n        metricType: gauge", quote(help), r.Register.Address(), promTypes[it.layout()])
	switch {
	case it.Bit >= 0:
		o.line("        bitOffset: %d", it.Bit)
	case r.Scale != 0:
		o.line("        factor: %s", number(it.Factor()))
	}
}

// prometheusScrape writes the devices as targets of modbus_exporter at its
// default port on the same machine.
func prometheusScrape(o *printer, p *Plan) {
	o.head("# ", "Prometheus, by way of modbus_exporter", "Save it beside prometheus.yml and name it in scrape_config_files there.",
		"The modules are made by --format prometheus-modbus.")
	o.line("scrape_configs:\n  - job_name: %s\n    metrics_path: /modbus\n    scrape_interval: 15s\n    params:\n      module: [%s]\n    static_configs:", promModule, promModule)
	for _, d := range p.Devices {
		o.line("      - targets: [%s]", quote(d.socket()))
		o.line("        labels:\n          breaker: %s\n          __param_sub_target: \"%d\"", quote(d.Name), d.Unit)
	}
	o.line(`    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: 127.0.0.1:9602 # where modbus_exporter listens`)
}
