// Run-time type information.
#include <any>
#include <memory>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>

#include "gtest/gtest.h"

namespace {

struct Animal {
  virtual ~Animal() = default;
};
struct Swimmer {
  virtual ~Swimmer() = default;
  int fins = 2;
};
struct Dog : Animal {};
struct Duck : Animal, Swimmer {};
struct LeftBase : virtual Animal {};
struct RightBase : virtual Animal {};
struct Diamond : LeftBase, RightBase {};

TEST(Rtti, DynamicCastFindsWhatAnObjectIs) {
  std::unique_ptr<Animal> animal = std::make_unique<Dog>();
  EXPECT_NE(dynamic_cast<Dog*>(animal.get()), nullptr);
  EXPECT_EQ(dynamic_cast<Duck*>(animal.get()), nullptr);
}

TEST(Rtti, DynamicCastCrossesToASibling) {
  std::unique_ptr<Animal> animal = std::make_unique<Duck>();
  auto* swimmer = dynamic_cast<Swimmer*>(animal.get());
  ASSERT_NE(swimmer, nullptr);
  EXPECT_EQ(swimmer->fins, 2);
}

TEST(Rtti, DynamicCastGoesThroughVirtualBases) {
  Diamond diamond;
  LeftBase* left = &diamond;
  EXPECT_EQ(dynamic_cast<RightBase*>(left), static_cast<RightBase*>(&diamond));
  EXPECT_EQ(dynamic_cast<void*>(left), static_cast<void*>(&diamond));
}

TEST(Rtti, ACastOfAReferenceThatDoesNotFitThrows) {
  Dog dog;
  Animal& animal = dog;
  EXPECT_THROW((void)dynamic_cast<Duck&>(animal), std::bad_cast);
}

TEST(Rtti, TypeidNamesTheDynamicType) {
  std::unique_ptr<Animal> animal = std::make_unique<Duck>();
  const Animal& reference = *animal;
  EXPECT_EQ(typeid(reference), typeid(Duck));
  EXPECT_NE(typeid(reference), typeid(Animal));
  EXPECT_STREQ(typeid(int).name(), "i");
}

TEST(Rtti, TypesCanBeKeysAndContents) {
  std::unordered_map<std::type_index, std::string> names = {{typeid(Dog), "dog"}, {typeid(Duck), "duck"}};
  EXPECT_EQ(names.at(typeid(Duck)), "duck");

  std::any value = std::string("text");
  EXPECT_EQ(std::any_cast<std::string>(value), "text");
  EXPECT_THROW(std::any_cast<int>(value), std::bad_any_cast);
}

}  // namespace
