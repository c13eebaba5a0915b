package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// build makes the program in a module of its own.
func build(ctx context.Context, s server, dir string) error {
	folder := filepath.Join(dir, s.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	program := filepath.Join(folder, "server-"+s.Version)
	if _, err := os.Stat(program); err == nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err != nil {
		if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module example.com/"+s.Name+"\n\ngo 1.26\n"), 0o600); err != nil {
			return err
		}
	}
	what := s.Package
	if s.Main != "" {
		what = "."
		if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(s.Main), 0o600); err != nil {
			return err
		}
	}
	for _, args := range [][]string{{"get", s.Package + "@" + s.Version}, {"build", "-mod=mod", "-tags", s.Tags, "-o", program, what}} {
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir, c.Stderr = folder, os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("go %s: %w", args[0], err)
		}
	}
	return nil
}

// start starts a server on free ports and waits until it answers.
func start(ctx context.Context, s server, o options, data string) (ports [2]int, stop func(), err error) {
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return ports, nil, err
		}
		ports[i] = l.Addr().(*net.TCPAddr).Port
		_ = l.Close()
	}
	args, err := s.Start(data, ports)
	if err != nil {
		return ports, nil, err
	}
	c := exec.CommandContext(ctx, filepath.Join(o.dir, s.Name, "server-"+s.Version), args...)
	c.Dir, c.WaitDelay = data, 10*time.Second
	if err := c.Start(); err != nil {
		return ports, nil, err
	}
	for range 100 {
		if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ports[0])); err == nil {
			_ = conn.Close()
			return ports, func() { _ = c.Process.Kill(); _ = c.Wait() }, nil
		}
		if !sleep(ctx, 300*time.Millisecond) {
			break
		}
	}
	_ = c.Process.Kill()
	return ports, nil, errors.Join(errors.New("it did not answer within 30s"), c.Wait())
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
