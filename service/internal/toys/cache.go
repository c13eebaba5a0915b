package main

import (
	"container/list"
	"sync"
)

// cache keeps the entries that were used last.
type cache struct {
	most int

	mu    sync.Mutex
	order *list.List // of keys, the newest first
	all   map[string][]byte
}

func newCache(most int) *cache {
	return &cache{most: most, order: list.New(), all: map[string][]byte{}}
}

// put adds an entry, whose key must be new, and drops the oldest where there are too many.
func (c *cache) put(key string, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[key] = value
	c.order.PushFront(key)
	if c.order.Len() > c.most {
		delete(c.all, c.order.Remove(c.order.Back()).(string))
	}
}
