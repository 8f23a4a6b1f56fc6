// Package air is the radio of a laboratory: virtual Bluetooth Low Energy controllers
// that hear each other as far as they are near. Each is driven by HCI, by a host in
// this process or, over a socket, by any host that speaks H4; neither can tell that no
// antenna is there.
//
// # What is modelled
//
// Advertising at its interval, scanning, connecting, links that carry packets in
// order, encryption of a link with AES-CCM and packet counters as the specification
// has it, distance, and the end of a link by supervision timeout. Up to [Sure] metres
// every packet arrives; from there to [Reach] more and more have to be sent again, which
// takes a connection interval each; beyond, and near a jammer, none arrives. The guide
// has 20 to 30 m (A4); the line between is ours.
//
// Not modelled: channels, hopping, clock drift, fading, other traffic, waiting for the
// next connection event where nothing is lost. No packet is ever changed by chance.
//
// # Cost
//
// One goroutine ([loop.Loop]). A radio that nobody scans for costs its memory: its
// advertising packets are counted when somebody listens, not sent.
//
// # What it is not
//
// A security boundary: whoever has the socket is in the room. It is for one user, on
// this machine.
package air
