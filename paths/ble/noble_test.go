package ble_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"switchroom/air"
	"switchroom/imu/imutest"
	"switchroom/paths/serial"
)

// central is a program of others, on a serial line to a controller: it scans, connects,
// reads what anybody may, and tries what a pairing is asked for.
const central = `
const { withBindings } = require('@stoprocent/noble');
const noble = withBindings('hci', { hciDriver: 'uart', bindParams: { uart: { port: process.argv[1], baudRate: 115200 } } });
noble.on('stateChange', s => { if (s === 'poweredOn') noble.startScanning([], false); });
noble.on('discover', async p => {
  try {
    await noble.stopScanningAsync();
    const out = { name: p.advertisement.localName, rssi: p.rssi, services: p.advertisement.serviceUuids, read: {} };
    await p.connectAsync();
    const { services, characteristics } = await p.discoverAllServicesAndCharacteristicsAsync();
    out.found = services.map(s => s.uuid);
    out.characteristics = characteristics.map(c => c.uuid);
    for (const c of characteristics)
      if (c.properties.includes('read')) out.read[c.uuid] = (await c.readAsync()).toString();
    await p.disconnectAsync();
    console.log(JSON.stringify(out));
    process.exit(0);
  } catch (e) { console.error(e); process.exit(1); }
});
setTimeout(() => { console.error('nothing in 20 s'); process.exit(2); }, 20000);
`

// TestNoble has a central that somebody else has written find the unit, connect and read.
func TestNoble(t *testing.T) {
	dir := os.Getenv("SWITCHROOM_NOBLE")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@stoprocent", "noble")); dir == "" || err != nil {
		t.Skip("SKIPPED: no central of others: SWITCHROOM_NOBLE is a directory whose node_modules has @stoprocent/noble")
	}
	line, err := serial.OpenPty()
	if errors.Is(err, serial.ErrNoPty) {
		t.Skip("SKIPPED: no central of others: ", err)
	}
	r := newRoom(t, imutest.NewStand(t))
	r.on(t)
	socket, err := r.air.ServeSocket(filepath.Join(t.TempDir(), "s"), air.Place{Y: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	socket.Attach(line)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "-e", central, line.Path)
	node.Dir, node.Stderr = dir, os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got struct {
		Name                   string
		RSSI                   int
		Found, Characteristics []string
		Read                   map[string]string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "Q1" || got.RSSI >= 0 || len(got.Found) != 3 || len(got.Characteristics) != 8 {
		t.Errorf("it finds %+v", got)
	}
	if got.Read["2a00"] != "Q1" || got.Read["2a29"] != "Switchroom" {
		t.Errorf("it reads %q", got.Read)
	}
	until(t, "the unit knows that it is gone", func() bool { return r.radio().Phone == "" })
}
