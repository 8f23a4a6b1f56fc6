package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"switchroom": main})
}

// TestScripts runs the scripts in testdata against the real program.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"port":  cmdPort,
			"until": cmdUntil,
		},
		Setup: func(e *testscript.Env) error {
			examples, err := filepath.Abs("../../examples")
			if err != nil {
				return err
			}
			e.Setenv("EXAMPLES", examples)
			shared, err := filepath.Abs("../../../shared/data")
			if err == nil {
				if _, err := os.Stat(shared); err == nil {
					e.Setenv("SHARED", shared)
				}
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "shared":
				_, err := os.Stat("../../../shared/data")
				if err != nil {
					t.Log("SKIPPED: ../shared/data is absent")
				}
				return err == nil, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
	})
}

// cmdPort puts a free port into an environment variable: port NAME.
func cmdPort(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	l.Close()
	ts.Setenv(args[0], port)
}

// cmdUntil waits until a file exists: until FILE.
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	for range 500 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s does not appear", args[0])
}

// TestTermination ends a demo by SIGTERM within two seconds and finds that
// nothing was lost.
func TestTermination(t *testing.T) {
	dir := t.TempDir()
	ready := filepath.Join(dir, "ready")
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGUSR1)
	defer stop()
	var out, errs bytes.Buffer
	done := make(chan int)
	go func() {
		done <- run(&app{ctx, strings.NewReader(""), &out, &errs}, []string{"demo", "--data", dir, "--ready-file", ready})
	}()
	for range 500 {
		if _, err := os.Stat(ready); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	begin := time.Now()
	stop()
	select {
	case status := <-done:
		if status != 0 {
			t.Errorf("status %d: %s", status, errs.String())
		}
	case <-time.After(5 * time.Second):
		t.Fatal("does not end")
	}
	if d := time.Since(begin); d > 2*time.Second {
		t.Errorf("took %v", d)
	}
	if _, err := os.Stat(filepath.Join(dir, "units.nv")); err != nil {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"nonsense", 2, "nonsense"},
		{"read", 2, "address"},
		{"read http://127.0.0.1/", 2, "modbus://HOST:PORT/UNIT"},
		{"read modbus://user:pw@127.0.0.1/", 2, "modbus://HOST:PORT/UNIT"},
		{"read modbus://127.0.0.1/300", 2, "0 to 255"},
		{"access explain --path foot open", 2, "hmi, nfc"},
		{"access explain --path modbus --level 5 open", 2, "1 to 4"},
		{"access explain --path modbus fly", 2, "no point"},
		{"points --certainty sure", 2, "confirmed, sibling"},
		{"replay nothing.cfg --in 630", 1, "nothing.cfg"},
		{"comtrade info nothing.cfg", 1, "nothing.cfg"},
		{"write modbus://127.0.1.1/255 current.l1=5", 2, "cannot be written"},
		{"write modbus://127.0.1.1/255 password.level4=abcd", 2, "cannot be written"},
		{"up nothing.yaml", 1, "nothing.yaml"},
		{"--help", 0, ""},
	} {
		var out, errs bytes.Buffer
		status := run(&app{context.Background(), strings.NewReader(""), &out, &errs}, strings.Fields(c.args))
		if status != c.status || !strings.Contains(strings.ToLower(errs.String()), strings.ToLower(c.want)) {
			t.Errorf("%s: status %d, want %d; %s", c.args, status, c.status, errs.String())
		}
		if c.status != 0 && out.Len() > 0 {
			t.Errorf("%s: standard output has %q", c.args, out.String())
		}
	}
}
