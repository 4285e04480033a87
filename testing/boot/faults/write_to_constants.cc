// A constant cannot be changed, whatever a cast says.
namespace {

const volatile int kConstant = 1;

}  // namespace

int main() {
  const_cast<volatile int&>(kConstant) = 2;
  return 0;
}
