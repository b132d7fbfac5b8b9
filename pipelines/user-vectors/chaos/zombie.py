def play_zombie(*_):
    raise NotImplementedError
