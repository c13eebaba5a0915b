package main

// module is a public module whose tests are run.
type module struct {
	Module, Version string
	// Kind says what is special about it.
	Kind string
	// Planted: its tests are made to leak as well, in a run of their own.
	Planted bool
	// Vendored: its dependencies are vendored first, which the module proxy leaves out.
	Vendored bool
}

var modules = []module{
	{"github.com/gorilla/websocket", "v1.5.3", "go 1.12, servers and clients", true, false},
	{"github.com/hashicorp/yamux", "v0.1.2", "streams over connections", false, false},
	{"github.com/robfig/cron/v3", "v3.0.1", "go 1.12, timers", true, false},
	{"github.com/panjf2000/ants/v2", "v2.11.3", "pools of goroutines", false, false},
	{"github.com/patrickmn/go-cache", "v2.1.0+incompatible", "no go.mod, a janitor", false, false},
	{"github.com/jackc/puddle/v2", "v2.2.2", "a resource pool", true, false},
	{"github.com/fsnotify/fsnotify", "v1.9.0", "descriptors, parallel tests", false, false},
	{"golang.org/x/sync", "v0.19.0", "errgroup, semaphore, singleflight", false, false},
	{"github.com/mattn/go-sqlite3", "v1.14.32", "cgo, database/sql", false, false},
	{"github.com/rogpeppe/go-internal", "v1.14.1", "testscript, child processes", false, false},
	{"go.uber.org/goleak", "v1.3.0", "goleak in its tests", false, false},
	{"github.com/hashicorp/go-retryablehttp", "v0.7.8", "HTTP clients", false, false},
	{"github.com/rakyll/hey", "v0.1.4", "package main, go 1.13", false, false},
	{"github.com/modelcontextprotocol/go-sdk", "v1.8.0", "testing/synctest, child processes", false, false},
	{"go.uber.org/fx", "v1.24.0", "goleak in TestMain of several packages", false, false},
	{"golang.org/x/net", "v0.50.0", "large, testing/synctest, child processes", false, false},
	{"github.com/sourcegraph/conc", "v0.3.0", "goroutines and panics, vendored", false, true},
}
