package lab

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"switchroom/lab/remote"
)

// asClient in the environment makes this test a client that holds a run at the
// laboratory of that URL until it is killed.
const asClient = "SWITCHROOM_TEST_LAB"

// hold injects in the name of a run, says so, and hangs.
func hold(t *testing.T, url string) {
	c, err := remote.New(url)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Begin(context.Background(), "a test that is killed")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []string{"connection-limit", "open"} {
		if _, err := c.Inject(context.Background(), remote.Order{Fault: fault, Unit: "Q1", Run: r.ID}); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("injected")
	select {}
}

// What a client that is killed has injected ends, also what happened at the breaker.
func TestKilledClient(t *testing.T) {
	if url := os.Getenv(asClient); url != "" {
		hold(t, url)
	}
	r := newRoom(t, 1)
	if err := r.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	r.Start()
	defer r.Close(context.Background())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run", "^TestKilledClient$")
	c.Env, c.Stderr = append(os.Environ(), asClient+"="+r.URL()), os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "injected\n" {
		t.Errorf("client: %q, %v", line, err)
	}
	r.untilClosed(false)
	c.Process.Kill()
	c.Wait()
	r.untilClosed(true)
	<-r.gate.wide
	r.until("ended by the run", func() bool {
		for _, in := range r.desk.List() {
			if in.Ended != remote.ByRun {
				return false
			}
		}
		return true
	})
}
