// Command compare measures Modbus TCP servers side by side: the same closed-loop
// client against each, in interleaved rounds, with the time the server spends on
// a CPU per request as the first figure, since on two cores the client is what
// runs out first. It writes a table to standard output and to docs/performance.md.
//
// Every server is started once, pinned to one core, and stays idle while another
// is measured. In each round every server gets one window, in an order that
// rotates; figures are medians over the rounds, ratios are medians of the ratios
// within a round, so that a noisy minute hits numerator and denominator alike.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"switchroom/bench/paper"
	"time"
)

// options are the flags.
type options struct {
	rounds, roundsOne int
	window, warm      time.Duration
	many              int
	serverCore        string
	clientCore        string
	product           string
	doc               string
	patience          time.Duration
	scale             bool
}

// product runs the product with one breaker that carries a load. {dir} is a
// directory of this run, {ready} the file in which the product says where it is.
const product = "{dir}/switchroom up site.yaml --data {dir}/data --ready-file {ready} --quiet"

func flags() *options {
	o := &options{}
	flag.IntVar(&o.rounds, "rounds", 11, "rounds of each load")
	flag.IntVar(&o.roundsOne, "rounds-1x1", 21, "rounds of one connection with one request in flight, which is noisy")
	flag.DurationVar(&o.window, "window", time.Second, "length of one measurement")
	flag.DurationVar(&o.warm, "warm", 200*time.Millisecond, "time before it that is not counted")
	flag.IntVar(&o.many, "many", 5000, "connections of the last load; 0 leaves it out")
	flag.StringVar(&o.serverCore, "server-core", "1", "core of the servers")
	flag.StringVar(&o.clientCore, "client-core", "0", "core of the client")
	flag.StringVar(&o.product, "product", product, "command of the whole product, built first; empty leaves it out")
	flag.StringVar(&o.doc, "doc", "../docs/performance.md", "file to write the result to; empty writes none")
	flag.DurationVar(&o.patience, "patience", 0, "how long to wait before a round until the machine does nothing else")
	flag.BoolVar(&o.scale, "scale", false, "measure ten thousand breakers in one process instead")
	flag.Parse()
	return o
}

func main() {
	if err := run(flags()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o *options) error {
	dir, err := os.MkdirTemp("", "switchroom-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.scale {
		report, err := scale(dir, o)
		return publish(o, scaleBegin, report, err)
	}
	contenders, err := build(dir, o)
	if err != nil {
		return err
	}
	defer stop(contenders)
	if err := start(contenders, o); err != nil {
		return err
	}
	b := &bench{options: o, client: dir + "/client", contenders: contenders}
	b.all()
	return publish(o, begin, b.report()+allocations(), nil)
}

// publish prints the report and puts it into the document, at its mark.
func publish(o *options, mark, report string, err error) error {
	if err != nil {
		return err
	}
	fmt.Print(report)
	if o.doc == "" {
		return nil
	}
	return paper.Write(o.doc, mark, end, report)
}

// command is how this run was called, for the document.
func command() string {
	return strings.TrimSpace("bench/run " + strings.Join(os.Args[1:], " "))
}
