// A PHY behind MII: link, negotiation, interrupt, energy-efficient Ethernet. [IEEE802.3] 22.2.4, 28, 45
#ifndef ENKEL_TESTING_MODELS_ETHERNET_PHY_H_
#define ENKEL_TESTING_MODELS_ETHERNET_PHY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace models {

class EthernetPhy {
 public:
  using Report = std::function<void(const std::string&)>;

  // What makers do differently.
  struct Kind {
    std::uint16_t id1, id2;
    bool is_gigabit;
    unsigned interrupt_mask;         // number of the register
    unsigned interrupt_source;       // which reading clears
    std::uint16_t interrupt_enable;  // bits of the mask without which there is no interrupt
    std::uint16_t link_changed;      // bit of mask and source for any change of the link, and
    std::uint16_t
        negotiation_ended;  // of negotiation. Where a chip tells only that the link went down, both are needed
  };

  EthernetPhy(const Kind& kind, Report report) : kind_(kind), report_(std::move(report)) { Reset(); }

  void Reset();
  std::uint16_t Read(unsigned number);
  void Write(unsigned number, std::uint16_t value);

  // Somebody passes: negotiation ends some of these after it began.
  void Tick();

  // Plugs the cable in or out.
  void SetCable(bool is_in);

  bool has_link() const { return has_link_; }
  bool wants_interrupt() const;
  bool is_eee_advertised() const { return eee_advertisement_ != 0; }
  bool is_pause_advertised() const { return (advertisement_ & 0x0400) != 0; }

  static constexpr int kTicksToNegotiate = 6;

 private:
  void StartNegotiation();
  void SetLink(bool is_up);
  std::uint16_t ReadMmd() const;
  void WriteMmd(std::uint16_t value);

  const Kind kind_;
  Report report_;
  bool is_cable_in_ = true;
  bool has_link_ = false;
  bool was_link_lost_ = false;  // since BMSR was read
  int ticks_to_link_ = 0;       // 0: nothing is being negotiated
  int reads_until_reset_ = 0;   // 0: no reset goes on
  std::uint16_t control_ = 0;
  std::uint16_t advertisement_ = 0;
  std::uint16_t gigabit_control_ = 0;
  std::uint16_t page_ = 0;
  std::uint16_t interrupt_mask_ = 0;
  std::uint16_t interrupt_source_ = 0;
  std::uint16_t mmd_control_ = 0;
  std::uint16_t mmd_address_ = 0;
  std::uint16_t eee_advertisement_ = 0;
  std::map<unsigned, std::uint16_t> others_;
};

}  // namespace models

#endif  // ENKEL_TESTING_MODELS_ETHERNET_PHY_H_
