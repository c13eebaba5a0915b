package main

// module is a public module whose tests are run.
type module struct {
	Module, Version string
	// Kind says what is special about it.
	Kind string
	// Planted: its tests are made to leak as well, in a run of their own.
	Planted bool
}

var modules = []module{
	{"github.com/gorilla/websocket", "v1.5.3", "go 1.12, servers and clients", true},
	{"github.com/hashicorp/yamux", "v0.1.2", "streams over connections", false},
	{"github.com/robfig/cron/v3", "v3.0.1", "go 1.12, timers", true},
	{"github.com/panjf2000/ants/v2", "v2.11.3", "pools of goroutines", false},
	{"github.com/patrickmn/go-cache", "v2.1.0+incompatible", "no go.mod, a janitor", false},
	{"github.com/jackc/puddle/v2", "v2.2.2", "a resource pool", true},
	{"github.com/fsnotify/fsnotify", "v1.9.0", "descriptors, parallel tests", false},
	{"golang.org/x/sync", "v0.19.0", "errgroup, semaphore, singleflight", false},
	{"github.com/mattn/go-sqlite3", "v1.14.32", "cgo, database/sql", false},
	{"github.com/rogpeppe/go-internal", "v1.14.1", "testscript, child processes", false},
	{"go.uber.org/goleak", "v1.3.0", "goleak in its tests", false},
	{"github.com/hashicorp/go-retryablehttp", "v0.7.8", "HTTP clients", false},
	{"github.com/sourcegraph/conc", "v0.3.0", "goroutines and panics", false},
}
