package hook

import (
	"reflect"
	"sync"
	"syscall"
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
	line := append(encode(nil, reflect.ValueOf(r)), '\n')
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(f.waiting, line...)
	// Not os.OpenFile, which sets the runtime's network poller going: a test that closes
	// its descriptors would then end the process.
	to, err := syscall.Open(f.name, syscall.O_APPEND|syscall.O_CREAT|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return
	}
	defer syscall.Close(to)
	n, _ := syscall.Write(to, f.waiting)
	f.waiting = f.waiting[max(n, 0):]
}
