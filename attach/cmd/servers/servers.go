package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// server is a public server that is built from its module.
type server struct {
	Name, Package, Version string
	// Tags are build tags.
	Tags string
	// Main is the source of a program that runs a server which is a library; empty where
	// Package is a program.
	Main string
	// Start are the arguments, of free ports and a folder of its own. The first port has
	// net/http/pprof. It may write files.
	Start func(dir string, ports [2]int) ([]string, error)
	// Load is one request; nil where the load is another.
	Load func(c *client, ports [2]int) error
}

var servers = []server{
	{
		Name: "nats-server", Package: "github.com/nats-io/nats-server/v2", Version: "v2.15.2",
		Start: func(dir string, ports [2]int) ([]string, error) {
			return []string{"-a", "127.0.0.1", "-p", fmt.Sprint(ports[1]), "--profile", fmt.Sprint(ports[0]), "-js", "-sd", dir}, nil
		},
		Load: func(c *client, ports [2]int) error { return c.publish(ports[1]) },
	},
	{
		Name: "nsqd", Package: "github.com/nsqio/nsq", Version: "v1.3.0",
		Main: `package main

import (
	"log"
	"os"

	"github.com/nsqio/nsq/nsqd"
)

func main() {
	o := nsqd.NewOptions()
	o.HTTPAddress, o.TCPAddress, o.DataPath = os.Args[1], os.Args[2], os.Args[3]
	n, err := nsqd.New(o)
	if err == nil {
		err = n.Main()
	}
	log.Fatal(err)
}
`,
		Start: func(dir string, ports [2]int) ([]string, error) {
			return []string{fmt.Sprintf("127.0.0.1:%d", ports[0]), fmt.Sprintf("127.0.0.1:%d", ports[1]), dir}, nil
		},
		Load: func(c *client, ports [2]int) error {
			return c.post(fmt.Sprintf("http://127.0.0.1:%d/pub?topic=t", ports[0]), "hello")
		},
	},
	{
		Name: "etcd", Package: "go.etcd.io/etcd/server/v3", Version: "v3.7.3",
		Start: func(dir string, ports [2]int) ([]string, error) {
			at, peer := fmt.Sprintf("http://127.0.0.1:%d", ports[0]), fmt.Sprintf("http://127.0.0.1:%d", ports[1])
			return []string{"--data-dir", dir, "--enable-pprof", "--log-level", "error", "--listen-client-urls", at, "--advertise-client-urls", at,
				"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer}, nil
		},
		Load: func(c *client, ports [2]int) error {
			return c.post(fmt.Sprintf("http://127.0.0.1:%d/v3/kv/put", ports[0]), `{"key":"Zm9v","value":"YmFy"}`)
		},
	},
	{
		Name: "caddy", Package: "github.com/caddyserver/caddy/v2/cmd/caddy", Version: "v2.11.9",
		Start: func(dir string, ports [2]int) ([]string, error) {
			file := filepath.Join(dir, "caddy.json")
			text := fmt.Sprintf(`{"admin":{"listen":"127.0.0.1:%d"},"apps":{"http":{"servers":{"s":{"listen":["127.0.0.1:%d"],"automatic_https":{"disable":true},
"routes":[{"handle":[{"handler":"static_response","body":"hello"}]}]}}}}}`, ports[0], ports[1])
			return []string{"run", "--config", file}, os.WriteFile(file, []byte(text), 0o600)
		},
		Load: func(c *client, ports [2]int) error { return c.get(fmt.Sprintf("http://127.0.0.1:%d/", ports[1])) },
	},
	{
		Name: "prometheus", Package: "github.com/prometheus/prometheus/cmd/prometheus", Version: "v0.316.0", Tags: "remove_all_sd",
		Start: func(dir string, ports [2]int) ([]string, error) {
			file := filepath.Join(dir, "prometheus.yml")
			text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: self, static_configs: [{targets: ['127.0.0.1:%d']}]}]\n", ports[0])
			return []string{"--config.file", file, "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", fmt.Sprintf("127.0.0.1:%d", ports[0]), "--log.level", "error"}, os.WriteFile(file, []byte(text), 0o600)
		},
		Load: func(c *client, ports [2]int) error {
			return c.get(fmt.Sprintf("http://127.0.0.1:%d/api/v1/query?query=rate(go_goroutines[1m])", ports[0]))
		},
	},
}
