// The leak checks, in a module of their own: users get no other dependency and no
// newer Go with it.
module github.com/watertight-go/watertight/leak

go 1.24
