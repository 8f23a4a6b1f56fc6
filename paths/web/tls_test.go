package web

import "crypto/tls"

type tlsConnectionState = tls.ConnectionState
