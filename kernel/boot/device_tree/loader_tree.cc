#include "kernel/boot/device_tree/loader_tree.h"

#include "kernel/boot/device_tree/loader_seed.h"
#include "kernel/boot/device_tree/mapped_tree.h"
#include "kernel/boot/device_tree/memory_map.h"

namespace kernel::boot {
namespace {

// Nothing else is mapped yet. Whole blocks cost one table entry each. Next to the image, whose block is cut into pages
// already, pages are used.
TreeRange PagesAround(TreeRange bytes) {
  const TreeRange blocks = bytes.Widened(kBlockSize);
  return blocks.Overlaps(ImageRange().Widened(kBlockSize)) ? bytes.Widened(kPageSize) : blocks;
}

}  // namespace

Result<void> FindMemoryInLoaderTree(PhysicalAddress tree, board::MemoryRegion allowed, board::MemoryMapSink& sink) {
  const Result<TreeRange> bytes = FindTree<&PagesAround>(tree, allowed);
  if (!bytes) return Fail(bytes.error());
  const MappedTree<&PagesAround> mapped(*bytes);
  if (!mapped.result()) return mapped.result();
  const Result<LoaderSeeds> seeds = ReadMemoryMap(mapped.bytes(), sink);
  if (!seeds) return Fail(seeds.error());
  KeepLoaderSeeds(*seeds);
  const TreeRange pages = bytes->Widened(kPageSize);
  sink.Reserved({{pages.start}, pages.size()});
  return {};
}

}  // namespace kernel::boot
