package fat

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ResultFormat names the schema of a result.
const ResultFormat = "switchroom-fat-result/1"

// Result is the record of a run.
type Result struct {
	Format     string       `json:"format"`
	Site       string       `json:"site"`
	System     string       `json:"system"`     // the system under test, as its owner names it
	Laboratory string       `json:"laboratory"` // its address
	Versions   Versions     `json:"versions"`
	Seed       uint64       `json:"seed"`
	Begin      time.Time    `json:"begin"`
	End        time.Time    `json:"end"`
	State      string       `json:"state"` // complete, interrupted, or what ended it
	Summary    Summary      `json:"summary"`
	Findings   []Finding    `json:"findings"`
	Steps      []StepResult `json:"steps"`
	Reliance   []Reliance   `json:"reliance"`
	Signers    []Signer     `json:"signers"`  // to sign by hand
	Checksum   string       `json:"checksum"` // SHA-256 of all else: see Sum
}

// Versions are what was used.
type Versions struct {
	Product string `json:"product"`
	Map     string `json:"map"`  // SHA-256 of the register map as CSV
	Plan    string `json:"plan"` // SHA-256 of the plan as YAML
}

// Summary counts verdicts.
type Summary struct {
	Steps    int     `json:"steps"`
	Pass     int     `json:"pass"`
	Fail     int     `json:"fail"`
	NotRun   int     `json:"not_run"`
	ByHand   int     `json:"by_hand"`
	Breakers int     `json:"breakers"`
	Points   int     `json:"points"`  // stimulated and compared
	Seconds  float64 `json:"seconds"` // of the points alone
}

// StepResult is what came of one step.
type StepResult struct {
	Step
	Verdict   Verdict      `json:"verdict"`
	Note      string       `json:"note,omitempty"` // why it did not run, or how many points it looked at
	Diagnosis []Diagnosis  `json:"diagnosis,omitempty"`
	Passes    []PassResult `json:"passes,omitempty"`

	last Shown // what was shown of the point when it was last looked at
}

// PassResult is one stimulation and what was shown.
type PassResult struct {
	Stimulus string    `json:"stimulus"`
	Expected string    `json:"expected"`
	Shown    string    `json:"shown"`
	At       time.Time `json:"at"`      // when it was stimulated
	Seconds  float64   `json:"seconds"` // until it was shown right, or until it was given up
	Right    bool      `json:"right"`
	Evidence string    `json:"evidence,omitempty"` // what the system gave, bounded

	seen Shown
}

// Signer is somebody who signs the report by hand.
type Signer struct {
	Role string `json:"role"`
	Name string `json:"name,omitempty"`
}

// Complete is the state of a run that did all its steps.
const Complete = "complete"

// Sum is the checksum of a result: SHA-256 over its JSON with the keys sorted, no
// white space, and without the member checksum.
func (r *Result) Sum() (string, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	return sumJSON(data)
}

func sumJSON(data []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var doc map[string]any
	if err := d.Decode(&doc); err != nil {
		return "", err
	}
	delete(doc, "checksum")
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil { // maps are written with their keys sorted
		return "", err
	}
	sum := sha256.Sum256(bytes.TrimSpace(b.Bytes()))
	return hex.EncodeToString(sum[:]), nil
}

// WriteJSON seals the result with its checksum and writes it.
func (r *Result) WriteJSON(w io.Writer) error {
	sum, err := r.Sum()
	if err != nil {
		return err
	}
	r.Checksum = sum
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// resultMax bounds a result that is read, in bytes.
const resultMax = 256 << 20

// ReadResult reads a result; whether it was changed Verify tells.
func ReadResult(rd io.Reader) (*Result, []byte, error) {
	data, err := io.ReadAll(io.LimitReader(rd, resultMax+1))
	if err != nil {
		return nil, nil, err
	}
	if len(data) > resultMax {
		return nil, nil, fmt.Errorf("more than %d MB: no result of this program", resultMax>>20)
	}
	var r Result
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, nil, fmt.Errorf("no result: %w", err)
	}
	if r.Format != ResultFormat {
		return nil, nil, fmt.Errorf("format is %q; this program reads %q", r.Format, ResultFormat)
	}
	return &r, data, nil
}

// Verify names everything that does not fit in the text of a result: its checksum,
// its counts, and a signature over the text if there is one.
func Verify(data []byte, signature []byte, key []byte) error {
	var wrong []error
	r, _, err := ReadResult(bytes.NewReader(data))
	if err != nil {
		return err
	}
	sum, err := sumJSON(data)
	if err != nil {
		return err
	}
	if sum != r.Checksum {
		wrong = append(wrong, fmt.Errorf("checksum: the text has %s and says %s: it was changed after the run", sum, r.Checksum))
	}
	if again := count(r.Steps); again.Pass != r.Summary.Pass || again.Fail != r.Summary.Fail || again.Steps != r.Summary.Steps {
		wrong = append(wrong, errors.New("summary: its counts are not those of the steps"))
	}
	if signature != nil || key != nil {
		wrong = append(wrong, checkSignature(data, signature, key))
	}
	return errors.Join(wrong...)
}

// count counts the verdicts.
func count(steps []StepResult) Summary {
	s := Summary{Steps: len(steps)}
	breakers := map[string]bool{}
	for i := range steps {
		if steps[i].Breaker != "" {
			breakers[steps[i].Breaker] = true
		}
		if steps[i].Do == Substitute && len(steps[i].Passes) > 0 {
			s.Points++
		}
		switch steps[i].Verdict {
		case Pass:
			s.Pass++
		case Fail:
			s.Fail++
		case ByHand:
			s.ByHand++
		default:
			s.NotRun++
		}
	}
	s.Breakers = len(breakers)
	return s
}
