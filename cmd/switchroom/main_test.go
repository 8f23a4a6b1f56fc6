package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram in the environment makes the test binary the program itself.
const asProgram = "SWITCHROOM_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	testscript.Main(m, map[string]func(){"switchroom": main})
}

// TestScripts runs the scripts in testdata against the real program.
func TestScripts(t *testing.T) {
	t.Parallel() // to the acceptance, which is mostly waiting
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"audited": cmdAudited,
			"people":  cmdPeople,
			"port":    cmdPort,
			"sql":     cmdSQL,
			"until":   cmdUntil,
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
	for range 1000 {
		port := lastPort.Add(1)
		if l, err := net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port)); err == nil {
			l.Close()
			ts.Setenv(args[0], fmt.Sprint(port))
			return
		}
	}
	ts.Fatalf("no free port")
}

// lastPort is the last port that was given to a script. Ports lie below those that
// the system gives to clients, so that none takes one before it is listened on.
var lastPort = func() *atomic.Int64 {
	var p atomic.Int64
	p.Store(20_000 + int64(os.Getpid()%100)*100)
	return &p
}()

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

// TestTermination sends SIGTERM to the real program while clients are connected
// that will not go: it ends within two seconds with status 0, and a setting that
// was acknowledged just before is there afterwards.
func TestTermination(t *testing.T) {
	dir := t.TempDir()
	ready, pw := filepath.Join(dir, "ready"), filepath.Join(dir, "pw")
	if err := os.WriteFile(pw, []byte("0000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	up, imus := runDemo(t, dir, ready)
	hang(t, imus[0].Modbus)
	unit := "modbus://" + imus[0].Modbus + "/255"
	if out, status := call("write", "--password-file", pw, unit, "protection.long_time.ir=1234"); status != 0 {
		t.Fatalf("write: %s", out)
	}
	begin := time.Now()
	if err := up.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := up.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if d := time.Since(begin); d > 2*time.Second {
		t.Errorf("took %v to end", d)
	}
	_, imus = runDemo(t, dir, ready)
	out, status := call("read", "--format", "csv", "modbus://"+imus[0].Modbus+"/255", "protection.long_time.ir")
	if status != 0 || !strings.Contains(out, "protection.long_time.ir,1234,") {
		t.Errorf("after the end: %s", out)
	}
}

// runDemo starts the demonstration as a process of its own and returns it once
// it is ready.
func runDemo(t *testing.T, data, ready string, more ...string) (*exec.Cmd, []readyIMU) {
	t.Helper()
	os.Remove(ready)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	up := &exec.Cmd{Path: self, Args: append([]string{"switchroom", "demo", "--data", data, "--ready-file", ready}, more...), Env: append(os.Environ(), asProgram+"=1")}
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { up.Process.Kill(); up.Wait() })
	for range 1000 {
		var r readyFile
		if b, err := os.ReadFile(ready); err == nil && json.Unmarshal(b, &r) == nil {
			return up, r.IMUs
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the demonstration does not get ready")
	return nil, nil
}

// hang connects clients that stand in the way of an orderly end: one in the
// middle of a request, one that asks and asks and never reads.
func hang(t *testing.T, addr string) {
	t.Helper()
	for _, sends := range [][]byte{{0, 1, 0, 0, 0, 6, 255}, bytes.Repeat([]byte{0, 1, 0, 0, 0, 6, 255, 3, 0x7c, 0xff, 0, 100}, 400_000)} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetWriteDeadline(time.Now().Add(200 * time.Millisecond)) // until the server stops taking
		c.Write(sends)
	}
}

// call runs the program in this process.
func call(args ...string) (string, int) {
	var out bytes.Buffer
	status := run(newApp(context.Background(), strings.NewReader(""), &out, &out), args)
	return out.String(), status
}

func TestMisuse(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"nonsense", 2, "nonsense"},
		{"read", 2, "address"},
		{"read http://127.0.0.1/", 2, "modbus://127.0.1.1:5020/255"},
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
		status := run(newApp(context.Background(), strings.NewReader(""), &out, &errs), strings.Fields(c.args))
		if status != c.status || !strings.Contains(strings.ToLower(errs.String()), strings.ToLower(c.want)) {
			t.Errorf("%s: status %d, want %d; %s", c.args, status, c.status, errs.String())
		}
		if c.status != 0 && out.Len() > 0 {
			t.Errorf("%s: standard output has %q", c.args, out.String())
		}
	}
}
