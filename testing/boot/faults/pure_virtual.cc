// A constructor calls, through a function, what only a derived class has.
namespace {

class Base {
 public:
  Base() { Call(*this); }
  virtual ~Base() = default;

 private:
  [[gnu::noinline]] static void Call(Base& base) { base.Do(); }
  virtual void Do() = 0;
};

class Derived : public Base {
  void Do() override {}
};

}  // namespace

int main() { const Derived derived; }
