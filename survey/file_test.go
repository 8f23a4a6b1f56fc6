package survey

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"
)

// TestCutFile: a file that was cut anywhere behind its first line keeps every
// whole line.
func TestCutFile(t *testing.T) {
	_, file, err := breaker(t).take(context.Background(), Plan{Ranges: "32000-32100,45001-45070", Identify: true}, unlimited)
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.IndexByte(file, '\n') + 1
	for n := first; n < len(file); n += 7 {
		c, whole, err := Read(bytes.NewReader(file[:n]))
		if err != nil || c.Complete() || whole != bytes.LastIndexByte(file[:n], '\n')+1 || (c.Note == "") != (whole == n) {
			t.Fatalf("cut at %d: %v, %d whole, note %q", n, err, whole, c.Note)
		}
	}
	if _, _, err := Read(bytes.NewReader(file[:first-5])); err == nil {
		t.Error("a file without a first line was taken")
	}
}

// TestWrongFiles: mistakes come together, each with its line.
func TestWrongFiles(t *testing.T) {
	head := `{"capture":{"format":"switchroom capture 1","unit":255,"started":"2026-11-27T08:00:00Z","plan":{}}}` + "\n"
	read := func(s string) string {
		return `{"read":{"at":"2026-11-27T08:00:01Z","pass":1,"function":3,"ms":1,` + s + "}}\n"
	}
	for file, want := range map[string]string{
		"":                                      "no capture",
		"register,count,type\n32000,1,INT16U\n": "line 1: no line of a capture",
		strings.Replace(head, `"plan":{}`, `"plan":{"step":900},"redacted":[{"register":65535,"count":2,"class":"x"}]`, 1):   "line 1: step 900: write 1 to 125 registers\nredacted: 2 registers from 65535",
		strings.Replace(head, "capture 1", "capture 9", 1):                                                                   "line 1: format",
		head + read(`"register":8000,"count":4,"words":[1,2,3,4]`):                                                           "line 2: registers 8000–8003: 8000–8149 are never read",
		head + read(`"register":7990,"count":1,"words":[1,2]`):                                                               "line 2: 2 words for 1 registers",
		head + read(`"register":65535,"count":2,"words":[1,2]`):                                                              "line 2: 2 registers from 65535",
		head + read(`"register":1,"count":1`):                                                                                "an exception or a failure",
		head + read(`"register":1,"count":1,"words":[1],"exception":2`):                                                      "one of them only",
		head + read(`"register":0,"count":1,"words":[1]`) + "nonsense\n" + head:                                              "line 3: no line of a capture",
		head + `{"end":{"at":"2026-11-27T08:00:01Z","reason":"complete","requests":0,"connections":0,"sha256":"00"}}` + "\n": "line 2: the checksum",
	} {
		_, _, err := Read(strings.NewReader(file))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", file, err, want)
		}
	}
	_, _, err := Read(strings.NewReader(head + read(`"register":0,"count":1,"words":[1]`) + "nonsense\n"))
	if err == nil || strings.Count(err.Error(), "line ") < 2 {
		t.Errorf("not all at once: %v", err)
	}
}

// TestChanged: one digit that is changed in a finished file is found.
func TestChanged(t *testing.T) {
	_, file, _ := breaker(t).take(context.Background(), Plan{Ranges: "32000-32001"}, unlimited)
	i := bytes.Index(file, []byte(`"register":32000`))
	file[i+len(`"register":3200`)] = '1'
	if _, _, err := Read(bytes.NewReader(file)); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("%v", err)
	}
}

// FuzzRead: whatever is read is written as it was read, and makes no view, no
// comparison and no device fall over.
func FuzzRead(f *testing.F) {
	_, file, _ := breaker(f).take(context.Background(), Plan{Ranges: "32000-32100,1-3", Identify: true, Twice: true}, unlimited)
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte(`{"capture":{"format":"switchroom capture 1","redacted":[{"register":65535,"count":65535,"class":""}]}}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, whole, err := Read(bytes.NewReader(b))
		if whole > len(b) {
			t.Fatal("more than there is")
		}
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := c.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, _, err := Read(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, out.Bytes())
		}
		again.Note, c.Note = "", ""
		if c.End != nil {
			c.End.Sum = again.End.Sum // the lines stand otherwise
		}
		if !reflect.DeepEqual(c, again) {
			t.Fatalf("written %+v\nread %+v", c, again)
		}
		use(t, c)
	})
}
