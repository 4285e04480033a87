// How a connection or a listener tells its user that something changed.
#ifndef ENKEL_NET_TCP_OBSERVER_H_
#define ENKEL_NET_TCP_OBSERVER_H_

namespace net::tcp {

// Implemented by the user of a handle; it outlives its registration (SetObserver).
class Observer {
 public:
  // Something became readable, writable, acceptable, established or finished: look again. It may call anything of the
  // stack, also destroy the handle that told it; it is not called again from within such a call.
  virtual void OnChange() = 0;

 protected:
  ~Observer() = default;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_OBSERVER_H_
