package main

import (
	"net/netip"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/lab"
	"switchroom/paths/ethernet"
)

// traffic is what crosses the interfaces, as metrics: a few for each address.
type traffic struct {
	server *ethernet.Server
	at     []interfaceAt
}

type interfaceAt struct {
	name    string
	address netip.AddrPort
}

func interfaceMetric(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("switchroom_modbus_"+name, help, []string{"interface"}, nil)
}

var (
	connections = interfaceMetric("connections", "Client connections that are open at an interface.")
	turnedAway  = interfaceMetric("connections_refused_total", "Connections that an interface refused, its limit being reached.")
	answered    = interfaceMetric("requests_total", "Modbus requests that an interface answered.")
	exceptions  = interfaceMetric("exceptions_total", "Modbus requests that an interface answered with an exception.")
)

// traffic makes the metrics of the interfaces. Of a site with very many only the first
// are shown, as with the breakers themselves.
func (h *host) traffic(server *ethernet.Server) prometheus.Collector {
	t := &traffic{server: server}
	for i := range h.site.Breakers {
		b := &h.site.Breakers[i]
		if b.Reachable() && b.Via == "" && len(t.at) < lab.MeasuredMax {
			t.at = append(t.at, interfaceAt{b.Unit.Name, b.Address})
		}
	}
	return t
}

// Describe implements [prometheus.Collector].
func (t *traffic) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{connections, turnedAway, answered, exceptions} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector].
func (t *traffic) Collect(ch chan<- prometheus.Metric) {
	for _, a := range t.at {
		if t.server.Endpoint(a.address) == nil {
			continue
		}
		s := t.server.Stats(a.address)
		ch <- prometheus.MustNewConstMetric(connections, prometheus.GaugeValue, float64(s.Open), a.name)
		ch <- prometheus.MustNewConstMetric(turnedAway, prometheus.CounterValue, float64(s.Refused), a.name)
		ch <- prometheus.MustNewConstMetric(answered, prometheus.CounterValue, float64(s.Requests), a.name)
		ch <- prometheus.MustNewConstMetric(exceptions, prometheus.CounterValue, float64(s.Exceptions), a.name)
	}
}
