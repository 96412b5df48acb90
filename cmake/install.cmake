# bin/weir alone goes on PATH: coreutils owns the names `join` and `groups`. The tools go to libexec/weir.
