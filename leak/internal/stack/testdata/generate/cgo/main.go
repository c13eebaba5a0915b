// This program dies with goroutines in C: one that C called back, with frames
// that a symbolizer named, and one that sleeps there.
package main

/*
#include <stdint.h>
#include <unistd.h>

struct trace { uintptr_t context, signal, *buf, max; };
struct symbol { uintptr_t pc; const char *file; uintptr_t line; const char *func; uintptr_t entry, more, data; };

static void makeTrace(void *p) {
	struct trace *t = p;
	uintptr_t n = 0, pc;
	for (pc = 1; pc <= 3 && n < t->max; pc++) t->buf[n++] = pc;
	if (n < t->max) t->buf[n] = 0;
}

static void makeSymbol(void *p) {
	struct symbol *s = p;
	if (s->pc == 1) { s->file = "/c path/deep.c"; s->line = 7; s->func = "deep"; }
	if (s->pc == 2) { s->file = "C:\\c\\outer.cc"; s->line = 8; s->func = "ns::outer<int>(char, int)"; }
}

static void makeContext(void *p) { struct { uintptr_t context; } *c = p; if (!c->context) c->context = 1; }

typedef void (*hook)(void *);
static hook traceHook(void) { return makeTrace; }
static hook symbolHook(void) { return makeSymbol; }
static hook contextHook(void) { return makeContext; }

void goBack(void);
static void callBack(void) { goBack(); }
static void nap(void) { sleep(100); }
*/
import "C"

import (
	"runtime"
	"time"
	"unsafe"
)

//export goBack
func goBack() { select {} }

func main() {
	t, s, c := C.traceHook(), C.symbolHook(), C.contextHook()
	runtime.SetCgoTraceback(0, *(*unsafe.Pointer)(unsafe.Pointer(&t)), *(*unsafe.Pointer)(unsafe.Pointer(&c)), *(*unsafe.Pointer)(unsafe.Pointer(&s)))
	go C.nap()
	go C.callBack()
	time.Sleep(200 * time.Millisecond)
	panic("on purpose")
}
