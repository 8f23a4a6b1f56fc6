// Mbaps measures what Modbus/TCP Security costs beside plain Modbus TCP: one breaker of
// the real program, both doors of its interface, read in turn. The certificates are made
// with openssl as docs/mbaps.md has it. It writes what it found into docs/performance.md.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"switchroom/bench/paper"
	"switchroom/wire/mbaps"
	"switchroom/wire/modbus"
)

const certificates = `set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 -subj /CN=bench -keyout ca.key -out ca.pem
for x in device:serverAuth client:clientAuth; do
  name=${x%:*}
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=$name -addext extendedKeyUsage=${x#*:} \
    -addext subjectAltName=IP:127.0.92.1 -addext 1.3.6.1.4.1.50316.802.1=ASN1:UTF8String:Viewer -keyout $name.key -out $name.csr
  openssl x509 -req -in $name.csr -copy_extensions copy -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $name.pem
done`

const siteFile = `site: mbaps
port: 25020
web: off
mbaps: {port: 25802, certificate: device.pem, key: device.key, anchors: ca.pem}
breakers: [{name: Q1, in: 1000, variant: "5.0", address: 127.0.92.1, closed: true}]
`

const plain, secured = "127.0.92.1:25020", "127.0.92.1:25802"

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 30, "rounds of requests, each door in turn")
	flag.Parse()
	if err := run(*rounds); err != nil {
		log.Fatal(err)
	}
}

func run(rounds int) error {
	dir, err := os.MkdirTemp("", "mbaps")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	end, err := start(dir)
	if err != nil {
		return err
	}
	defer end()
	id, err := mbaps.Load(mbaps.Files{Certificate: dir + "/client.pem", Key: dir + "/client.key", Anchors: dir + "/ca.pem"})
	if err != nil {
		return err
	}
	config := id.Client("127.0.92.1")
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s, %d processors, %s, load %s. Command: `go run ./mbaps` in bench. TLS 1.3, ECDSA P-256, certificates on both sides.\n\n| what | plain | mbaps | mbaps to plain |\n|---|---|---|---|\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.Version(), load())
	if err := errors.Join(one(&out, config, rounds), many(&out, config, rounds), connects(&out, config, 10*rounds)); err != nil {
		return err
	}
	fmt.Print(out.String())
	return paper.Write(paper.Performance, "<!-- bench/mbaps writes from here -->", "<!-- bench/mbaps writes to here -->", out.String())
}

// start makes the certificates and runs the program.
func start(dir string) (end func(), err error) {
	program := filepath.Join(dir, "switchroom")
	build := exec.Command("go", "build", "-o", program, "./cmd/switchroom")
	build.Dir = ".."
	make := exec.Command("sh", "-c", certificates)
	make.Dir = dir
	for _, c := range []*exec.Cmd{build, make} {
		if text, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
	}
	file, ready := filepath.Join(dir, "site.yaml"), filepath.Join(dir, "ready")
	if err := os.WriteFile(file, []byte(siteFile), 0o644); err != nil {
		return nil, err
	}
	up := exec.Command(program, "up", file, "--quiet", "--data", filepath.Join(dir, "data"), "--ready-file", ready, "--lab", "off")
	up.Stderr = os.Stderr
	if err := up.Start(); err != nil {
		return nil, err
	}
	end = func() { up.Process.Signal(syscall.SIGTERM); up.Wait() }
	for range 600 {
		if text, err := os.ReadFile(ready); err == nil && json.Valid(text) {
			return end, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	end()
	return nil, errors.New("it is not ready after a minute")
}

func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	if f := bytes.Fields(b); len(f) > 0 {
		return string(f[0])
	}
	return "unknown"
}

// dial opens a door: the plain one without a configuration.
func dial(config *tls.Config) (*modbus.Conn, error) {
	if config == nil {
		return modbus.Dial(context.Background(), plain)
	}
	c, err := tls.Dial("tcp", secured, config)
	if err != nil {
		return nil, err
	}
	return modbus.NewConn(c), nil
}

func read(c *modbus.Conn) error {
	_, err := c.Unit(255).ReadRegisters(context.Background(), 32027, 10)
	return err
}

// one asks by one connection, one request after the other.
func one(out *bytes.Buffer, config *tls.Config, rounds int) error {
	return inTurn(out, config, rounds, "one connection, one read of 10 registers after the other: p50", 1, 1000)
}

// many asks by sixteen connections at once.
func many(out *bytes.Buffer, config *tls.Config, rounds int) error {
	return inTurn(out, config, rounds, "16 connections at once: time a read", 16, 300)
}

func inTurn(out *bytes.Buffer, config *tls.Config, rounds int, what string, conns, reads int) error {
	var took [2][]time.Duration
	var ratio []float64
	for range rounds {
		for door, c := range []*tls.Config{nil, config} {
			d, err := round(c, conns, reads)
			if err != nil {
				return err
			}
			took[door] = append(took[door], d)
		}
		ratio = append(ratio, float64(took[1][len(took[1])-1])/float64(took[0][len(took[0])-1]))
	}
	row(out, what, took, ratio)
	return nil
}

func row(out *bytes.Buffer, what string, took [2][]time.Duration, ratio []float64) {
	slices.Sort(took[0])
	slices.Sort(took[1])
	slices.Sort(ratio)
	n := len(ratio)
	us := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
	fmt.Fprintf(out, "| %s, median of %d | %.1f µs | %.1f µs | %.2f (%.2f to %.2f) |\n", what, n, us(took[0][n/2]), us(took[1][n/2]), ratio[n/2], ratio[n/10], ratio[n-1-n/10])
}

// round is the median of one connection's reads, or the time a read of several at once.
func round(config *tls.Config, conns, reads int) (time.Duration, error) {
	var open []*modbus.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for range conns {
		c, err := dial(config)
		if err != nil {
			return 0, err
		}
		open = append(open, c)
		if err := read(c); err != nil {
			return 0, err
		}
	}
	if conns == 1 {
		return median(open[0], reads)
	}
	var all sync.WaitGroup
	failed := make(chan error, conns)
	begin := time.Now()
	for _, c := range open {
		all.Go(func() {
			for range reads {
				if err := read(c); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	return time.Since(begin) / time.Duration(conns*reads), <-failed
}

func median(c *modbus.Conn, reads int) (time.Duration, error) {
	all := make([]time.Duration, reads)
	for i := range all {
		begin := time.Now()
		if err := read(c); err != nil {
			return 0, err
		}
		all[i] = time.Since(begin)
	}
	slices.Sort(all)
	return all[reads/2], nil
}

// connects opens a connection and reads once.
func connects(out *bytes.Buffer, config *tls.Config, rounds int) error {
	var took [2][]time.Duration
	var ratio []float64
	for range rounds {
		for door, c := range []*tls.Config{nil, config} {
			begin := time.Now()
			conn, err := dial(c)
			if err == nil {
				err = read(conn)
			}
			if err != nil {
				return err
			}
			took[door] = append(took[door], time.Since(begin))
			conn.Close()
		}
		ratio = append(ratio, float64(took[1][len(took[1])-1])/float64(took[0][len(took[0])-1]))
	}
	row(out, "connect, and the first read", took, ratio)
	return nil
}
