package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// contender is one server.
type contender struct {
	name, what string
	args       []string // {port} and {ready} are replaced
	ready      string   // the product's ready file; empty for the others
	port       string
	unit       string
	process    *exec.Cmd
}

// registers is how many registers each request reads, from protocol address
// first on: the current of phase 1 and what follows in the standard dataset.
const (
	registers = "10"
	first     = "32027"
)

// step builds one program.
type step struct {
	what string
	argv []string
	skip bool // it may fail, and is then left out
}

// build compiles everything into dir and returns who takes part.
func build(dir string, o *options) ([]*contender, error) {
	cc := []string{"gcc", "-O2", "-Wall", "-o"}
	lib := []string{"-I/usr/include/modbus", "-lmodbus"}
	have := map[string]bool{}
	for _, s := range []step{
		{"client", append(cc, dir+"/client", "c/client.c"), false},
		{"floor", append(cc, dir+"/floor", "c/floor.c"), false},
		{"libmodbus", append(append(cc, dir+"/libmodbus", "c/libmodbus.c"), lib...), true},
		{"simonvetter", []string{"go", "build", "-o", dir + "/simonvetter", "./servers/simonvetter"}, true},
		{"bank", []string{"go", "build", "-o", dir + "/bank", "./servers/bank"}, false},
		{"switchroom", []string{"go", "build", "-C", "..", "-o", dir + "/switchroom", "./cmd/switchroom"}, true},
	} {
		out, err := exec.Command(s.argv[0], s.argv[1:]...).CombinedOutput()
		if err != nil && !s.skip {
			return nil, fmt.Errorf("%s: %w\n%s", s.what, err, out)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s is LEFT OUT: %v\n%s", s.what, err, out)
		}
		have[s.what] = err == nil
	}
	all := []*contender{
		{name: "floor", what: "a bare C epoll loop that looks at nothing", args: []string{dir + "/floor", "{port}", registers}},
		{name: "floor again", what: "the same once more: what differs is noise", args: []string{dir + "/floor", "{port}", registers}},
	}
	if have["libmodbus"] {
		all = append(all, &contender{name: "libmodbus", what: "libmodbus 3.1.6, its select loop", args: []string{dir + "/libmodbus", "{port}"}})
	}
	if have["simonvetter"] {
		all = append(all, &contender{name: "simonvetter", what: "github.com/simonvetter/modbus v1.6.3", args: []string{dir + "/simonvetter", "127.0.0.1:{port}"}})
	}
	all = append(all, &contender{name: "ours, bank only", what: "wire/modbus with an image of 500 registers", args: []string{dir + "/bank", "127.0.0.1:{port}"}})
	if o.product != "" && have["switchroom"] {
		args := strings.Fields(strings.ReplaceAll(o.product, "{dir}", dir))
		all = append(all, &contender{name: "ours", what: "`switchroom up`, the full device behind it", args: args, ready: filepath.Join(dir, "ready.json")})
	}
	return all, nil
}

// start runs every contender on its core and waits until it accepts.
func start(all []*contender, o *options) error {
	for i, c := range all {
		c.port, c.unit = fmt.Sprint(15020+i), "255"
		argv := []string{"-c", o.serverCore}
		for _, a := range c.args {
			argv = append(argv, strings.NewReplacer("{port}", c.port, "{ready}", c.ready).Replace(a))
		}
		c.process = exec.Command("taskset", argv...) // which becomes the server: its process is the server's
		c.process.Stderr = os.Stderr
		if err := c.process.Start(); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := c.wait(); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func stop(all []*contender) {
	for _, c := range all {
		if c.process != nil && c.process.Process != nil {
			c.process.Process.Kill()
			c.process.Wait()
		}
	}
}

// wait returns when the server accepts connections.
func (c *contender) wait() error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		addr, err := c.address()
		if err != nil {
			continue
		}
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return nil
		}
	}
	return errors.New("does not accept connections")
}

// address is where the server listens; the product says so in its ready file.
func (c *contender) address() (string, error) {
	if c.ready == "" {
		return net.JoinHostPort("127.0.0.1", c.port), nil
	}
	var ready struct {
		IMUs []struct {
			Modbus string
			Unit   int
		}
	}
	b, err := os.ReadFile(c.ready)
	if err == nil {
		err = json.Unmarshal(b, &ready)
	}
	if err == nil && len(ready.IMUs) == 0 {
		err = errors.New("the ready file names no IMU")
	}
	if err != nil {
		return "", err
	}
	c.unit = fmt.Sprint(ready.IMUs[0].Unit)
	return ready.IMUs[0].Modbus, nil
}
