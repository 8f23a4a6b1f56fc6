package fat

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// mqttViewer sees a system by what it publishes: the last payload of each topic.
type mqttViewer struct {
	b      *Binding
	words  map[string]string
	client mqtt.Client

	mu     sync.Mutex
	wanted map[string]bool
	last   map[string]payload
}

type payload struct {
	text string
	at   time.Time
}

// payloadMax bounds what is kept of one message, in bytes.
const payloadMax = 1 << 20

func openMQTT(b *Binding, _ Terminal) (Viewer, error) {
	v := &mqttViewer{b: b, words: b.words(), wanted: map[string]bool{}, last: map[string]payload{}}
	o := mqtt.NewClientOptions().AddBroker(b.URL).SetClientID(fmt.Sprintf("switchroom-fat-%d", time.Now().UnixNano()))
	o.SetConnectTimeout(5 * time.Second).SetOrderMatters(false).SetCleanSession(true)
	auth, err := secret(b.AuthorizationFile)
	if err != nil {
		return nil, err
	}
	if user, password, ok := strings.Cut(auth, ":"); ok {
		o.SetUsername(user).SetPassword(password)
	}
	o.OnConnect = func(c mqtt.Client) { v.subscribeAll(c) }
	v.client = mqtt.NewClient(o)
	if t := v.client.Connect(); !t.WaitTimeout(6*time.Second) || t.Error() != nil {
		v.client.Disconnect(0)
		return nil, fmt.Errorf("no MQTT broker at %s: %v; is it running, and is the port right?", b.URL, t.Error())
	}
	return v, nil
}

// Look subscribes to topics that it is asked for the first time, and tells what
// came last.
func (v *mqttViewer) Look(_ context.Context, tags []Tag) ([]Shown, error) {
	v.want(tags)
	now := time.Now()
	v.mu.Lock()
	defer v.mu.Unlock()
	out := make([]Shown, len(tags))
	docs := map[string]any{}
	for i, t := range tags {
		topic := t.Expand(v.b.Topic, nil)
		p, ok := v.last[topic]
		if !ok {
			out[i] = none()
			continue
		}
		out[i] = v.shown(p, topic, t, docs, now)
	}
	return out, nil
}

// shown takes a tag out of a payload: the whole of it, or a part of a JSON document.
func (v *mqttViewer) shown(p payload, topic string, t Tag, docs map[string]any, now time.Time) Shown {
	if v.b.Value == "" {
		s := parseShown(p.text, v.words)
		s.Raw = excerpt(topic + " " + p.text)
		return v.b.judged(s, "", "", now)
	}
	doc, ok := docs[topic]
	if !ok {
		doc, _ = decodeJSON([]byte(p.text))
		docs[topic] = doc
	}
	return v.b.ofJSON(doc, t, v.words, now)
}

// want subscribes to what is not subscribed to yet.
func (v *mqttViewer) want(tags []Tag) {
	fresh := map[string]byte{}
	v.mu.Lock()
	for _, t := range tags {
		if topic := t.Expand(v.b.Topic, nil); !v.wanted[topic] {
			v.wanted[topic] = true
			fresh[topic] = 0
		}
	}
	v.mu.Unlock()
	v.subscribe(v.client, fresh)
}

// subscribeAll subscribes again after the connection was lost.
func (v *mqttViewer) subscribeAll(c mqtt.Client) {
	topics := map[string]byte{}
	v.mu.Lock()
	for t := range v.wanted {
		topics[t] = 0
	}
	v.mu.Unlock()
	v.subscribe(c, topics)
}

// subscribe subscribes in portions, as a packet has a greatest length.
func (v *mqttViewer) subscribe(c mqtt.Client, topics map[string]byte) {
	portion := map[string]byte{}
	send := func() {
		if len(portion) > 0 {
			c.SubscribeMultiple(portion, v.received).WaitTimeout(5 * time.Second)
			portion = map[string]byte{}
		}
	}
	for t, q := range topics {
		if portion[t] = q; len(portion) >= 500 {
			send()
		}
	}
	send()
}

// received keeps the last payload of a topic that was asked for.
func (v *mqttViewer) received(_ mqtt.Client, m mqtt.Message) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.wanted[m.Topic()] && len(m.Payload()) <= payloadMax {
		v.last[m.Topic()] = payload{string(m.Payload()), time.Now()}
	}
}

func (v *mqttViewer) Close() error {
	v.client.Disconnect(250)
	return nil
}
