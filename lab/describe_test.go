package lab

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"switchroom/lab/remote"
)

// The description has the request that is held open, and a refusal says what is wrong
// where the client looks.
func TestDescribed(t *testing.T) {
	r := newRoom(t, 1)
	if err := r.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	r.Start()
	defer r.Close(context.Background())
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	res, err := http.Get(r.URL() + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if !strings.Contains(string(doc), `"/api/v1/runs"`) {
		t.Errorf("no runs in %.200s", doc)
	}
	res, err = http.Post(r.URL()+"/api/v1/faults", "application/json", strings.NewReader(`{"fault":"silent","unti":"Q1"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var refused remote.Error
	if err := json.NewDecoder(res.Body).Decode(&refused); err != nil || res.StatusCode != 422 || !strings.Contains(refused.Detail, "unti") || !strings.Contains(refused.Detail, "unit") {
		t.Errorf("%d %+v, %v", res.StatusCode, refused, err)
	}
}
