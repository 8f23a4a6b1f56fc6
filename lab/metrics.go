package lab

import (
	"context"
	"math"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/points"
)

// Bounds of what is measured, ours.
const (
	// MeasuredMax is of how many breakers there are metrics: the first of the site. A
	// breaker is some thirty series.
	MeasuredMax = 500
	scrapesMax  = 4 // at once
)

// meter makes the metrics of a laboratory.
type meter struct {
	server   *Server
	registry *prometheus.Registry
	targets  func() []remote.Target // who is told of events

	mu      sync.Mutex // guards what follows
	events  map[tallied]float64
	refused map[tallied]float64
}

// tallied is what events are counted by: the breaker, and a history or a reason.
type tallied struct{ breaker, by string }

// metric is one row of what is measured.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func measure(name, help string, kind prometheus.ValueType, labels ...string) metric {
	return metric{prometheus.NewDesc("switchroom_"+name, help, labels, nil), kind}
}

// What is measured of the laboratory as a whole, and of events. Certainty: all of them
// are ours; what a breaker shows is as certain as its points (docs/points.md).
var (
	breakersThere    = measure("breakers", "Breakers of the site.", prometheus.GaugeValue)
	breakersMeasured = measure("breakers_measured", "Breakers of which there are metrics: the first of the site.", prometheus.GaugeValue)
	injections       = measure("injections_active", "Injected faults that are in force.", prometheus.GaugeValue, "layer")
	eventsOf         = measure("events_total", "Events of a breaker since the start, by history.", prometheus.CounterValue, "breaker", "history")
	requestsRefused  = measure("requests_refused_total", "Requests that a breaker refused since the start.", prometheus.CounterValue, "breaker", "why")
	eventsSent       = measure("alerts_sent_total", "Events that went out to a target.", prometheus.CounterValue, "target")
	eventsLost       = measure("alerts_lost_total", "Events that a target never gets.", prometheus.CounterValue, "target")
	eventsWaiting    = measure("alerts_waiting", "Events that wait for a target.", prometheus.GaugeValue, "target")
	targetFailing    = measure("alerts_failing", "Whether the last attempt to reach a target failed.", prometheus.GaugeValue, "target")
)

// metricsOf are the points that are metrics of each breaker. Those of one name differ
// by phase and stand together.
var metricsOf = []struct {
	point points.ID
	phase string
	metric
}{
	{points.BreakerClosed, "", measure("breaker_closed", "Contacts closed.", prometheus.GaugeValue, "breaker")},
	{points.BreakerFaultTripped, "", measure("breaker_fault_tripped", "Tripped on an electrical fault.", prometheus.GaugeValue, "breaker")},
	{points.OperationsTrips, "", measure("breaker_trips_total", "Trips, by the breaker's own counter.", prometheus.CounterValue, "breaker")},
	{points.OperationsTotal, "", measure("breaker_operations_total", "Operations, by the breaker's own counter.", prometheus.CounterValue, "breaker")},
	{points.CurrentL1, "l1", currentMetric},
	{points.CurrentL2, "l2", currentMetric},
	{points.CurrentL3, "l3", currentMetric},
	{points.CurrentN, "n", currentMetric},
	{points.VoltageL12, "l12", voltageMetric},
	{points.VoltageL23, "l23", voltageMetric},
	{points.VoltageL31, "l31", voltageMetric},
	{points.PowerActiveTotal, "", measure("breaker_power_watts", "Active power.", prometheus.GaugeValue, "breaker")},
	{points.RemoteEnabled, "", measure("breaker_remote_enabled", "Remote control enabled.", prometheus.GaugeValue, "breaker")},
	{points.Health, "", measure("breaker_health", "Worst of the diagnostic events that show: 0 good, 1 medium, 2 high.", prometheus.GaugeValue, "breaker")},
	{points.EventActive, "", measure("breaker_events_active", "Events that are active or held.", prometheus.GaugeValue, "breaker")},
}

var (
	currentMetric = measure("breaker_current_amperes", "Current, rms.", prometheus.GaugeValue, "breaker", "phase")
	voltageMetric = measure("breaker_voltage_volts", "Voltage between phases, rms.", prometheus.GaugeValue, "breaker", "phase")
)

// refusals are the events that are refusals, and why.
var refusals = map[points.Code]string{points.CodePasswordRefused: "password", points.CodeLockedOut: "locked_out", points.CodeRefused: "not_allowed"}

func newMeter(s *Server) *meter {
	m := &meter{server: s, registry: prometheus.NewRegistry(), events: map[tallied]float64{}, refused: map[tallied]float64{}}
	m.registry.MustRegister(m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Collect adds metrics that others make. Call it before Start.
func (s *Server) Collect(c prometheus.Collector) { s.meter.registry.MustRegister(c) }

// Tells says how it is known who is told of events. Call it before Start.
func (s *Server) Tells(f func() []remote.Target) { s.meter.targets = f }

// serve answers with the metrics.
func (m *meter) serve() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: scrapesMax})
}

// units are those of which there are metrics.
func (m *meter) units() []*imu.Unit {
	all := m.server.lab.Units
	return all[:min(len(all), MeasuredMax)]
}

// listen has events counted.
func (m *meter) listen() {
	for _, u := range m.units() {
		u.Subscribe(m.heard)
	}
}

// heard counts an event. It is on the goroutine of whoever caused it and must not wait.
func (m *meter) heard(r imu.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.What != imu.Exit {
		m.events[tallied{r.Unit, points.EventOf(r.Code).History.String()}]++
	}
	if why := refusals[r.Code]; why != "" {
		m.refused[tallied{r.Unit, why}]++
	}
}

// Describe implements [prometheus.Collector].
func (m *meter) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []metric{breakersThere, breakersMeasured, injections, eventsOf, requestsRefused, eventsSent, eventsLost, eventsWaiting, targetFailing, currentMetric, voltageMetric} {
		ch <- d.desc
	}
	for i := range metricsOf {
		if metricsOf[i].phase == "" {
			ch <- metricsOf[i].desc
		}
	}
}

// to sends a value.
func (d metric) to(ch chan<- prometheus.Metric, v float64, labels ...string) {
	ch <- prometheus.MustNewConstMetric(d.desc, d.kind, v, labels...)
}

// Collect implements [prometheus.Collector].
func (m *meter) Collect(ch chan<- prometheus.Metric) {
	breakersThere.to(ch, float64(len(m.server.lab.Units)))
	breakersMeasured.to(ch, float64(len(m.units())))
	m.faults(ch)
	m.alerts(ch)
	m.tallies(ch)
	var snap imu.Snapshot
	for _, u := range m.units() {
		snap = imu.Snapshot{Values: snap.Values}
		if d, _ := u.Read(m.server.lab.World.Now(), looker, &snap); d.OK() {
			readings(ch, u.Name(), snap.Values)
		}
	}
}

// readings sends what a breaker shows. What has no value now is absent.
func readings(ch chan<- prometheus.Metric, breaker string, values points.Values) {
	for i := range metricsOf {
		r := &metricsOf[i]
		v := values[r.point]
		switch {
		case math.IsNaN(v):
		case r.phase == "":
			r.to(ch, v, breaker)
		default:
			r.to(ch, v, breaker, r.phase)
		}
	}
}

func (m *meter) faults(ch chan<- prometheus.Metric) {
	active := map[remote.Layer]float64{remote.Communication: 0, remote.Device: 0, remote.Process: 0}
	for _, f := range m.server.desk.List() {
		if f.State == remote.Active {
			active[layerOf(f.Fault)]++
		}
	}
	for layer, n := range active {
		injections.to(ch, n, string(layer))
	}
}

func (m *meter) alerts(ch chan<- prometheus.Metric) {
	for _, t := range m.audience() {
		eventsSent.to(ch, float64(t.Sent), t.Target)
		eventsLost.to(ch, float64(t.Lost), t.Target)
		eventsWaiting.to(ch, float64(t.Waiting), t.Target)
		failing := 0.0
		if t.Failing != "" {
			failing = 1
		}
		targetFailing.to(ch, failing, t.Target)
	}
}

func (m *meter) tallies(ch chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for t, n := range m.events {
		eventsOf.to(ch, n, t.breaker, t.by)
	}
	for t, n := range m.refused {
		requestsRefused.to(ch, n, t.breaker, t.by)
	}
}

// audience are those who are told of events.
func (m *meter) audience() []remote.Target {
	if m.targets == nil {
		return []remote.Target{}
	}
	return m.targets()
}

// layerOf is the layer of a kind of fault.
func layerOf(fault string) remote.Layer {
	for _, k := range inject.Kinds() {
		if k.Name == fault {
			return k.Layer
		}
	}
	return ""
}

func (s *Server) listTargets(context.Context, *struct{}) (*body[[]remote.Target], error) {
	return &body[[]remote.Target]{s.meter.audience()}, nil
}
