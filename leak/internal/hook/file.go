package hook

import (
	"encoding/json"
	"os"
	"sync"
)

// file is a file of records. It is open only while one is written: tests count the open
// descriptors of their process, or close them all.
type file struct {
	name string
	mu   sync.Mutex
	// waiting are records that could not be written yet, since a test has used up the
	// process's descriptors for instance.
	waiting []byte
}

// write appends a record with one system call.
func (f *file) write(r Record) {
	line, err := json.Marshal(r)
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(append(f.waiting, line...), '\n')
	to, err := os.OpenFile(f.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer to.Close()
	n, _ := to.Write(f.waiting)
	f.waiting = f.waiting[n:]
}
