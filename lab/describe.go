package lab

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// describeRuns puts the request that is held open into the description, where the
// table of the others has none of it.
func describeRuns(doc *huma.OpenAPI) {
	doc.AddOperation(&huma.Operation{
		OperationID: "hold-run", Method: http.MethodPost, Path: "/api/v1/runs", Summary: "Begin a run, and hold it.",
		Description: "Send {\"name\": \"what is run\"}. The answer is a line of JSON with the run's id, again every few seconds, and does not end: what is injected with the id ends when the connection does.",
		Responses:   map[string]*huma.Response{"200": {Description: "lines of {\"id\": …}", Content: map[string]*huma.MediaType{"application/jsonl": {}}}},
	})
}

// describePlayback puts the upload of a recording into the description.
func describePlayback(doc *huma.OpenAPI) {
	text := &huma.Schema{Type: "string"}
	file := &huma.Schema{Type: "string", Format: "binary"}
	doc.AddOperation(&huma.Operation{
		OperationID: "play-recording", Method: http.MethodPost, Path: "/api/v1/units/{unit}/playback", Summary: "Play a COMTRADE recording into one breaker, as a test set injects it.",
		Description: "cfg is the .cfg with dat its .dat, or cfg alone a .cff. map says which channel is which (l1=IA,l2=IB,l3=IC,n=IN), scale multiplies every current, primary multiplies secondary values by their ratio. The answer comes when it has begun.",
		Parameters:  []*huma.Param{{Name: "unit", In: "path", Required: true, Schema: text}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{Type: "object", Required: []string{"cfg"},
			Properties: map[string]*huma.Schema{"cfg": file, "dat": file, "map": text, "scale": {Type: "number"}, "primary": text}}}}},
		Responses: map[string]*huma.Response{"200": {Description: "the playback", Content: map[string]*huma.MediaType{"application/json": {}}}},
	})
}

// spellOut puts what is wrong with a request into the detail of its refusal, which is
// what a person reads: "validation failed" tells nobody what to write instead. What was
// sent is not sent back: it may be a badge number or a PIN in the wrong place.
func spellOut(_ huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok || len(p.Errors) == 0 {
		return v, nil
	}
	var all []string
	for _, e := range p.Errors {
		all = append(all, strings.TrimPrefix(e.Location+": ", ": ")+e.Message)
		e.Value = nil
	}
	p.Detail += ": " + strings.Join(all, "; ")
	return p, nil
}
