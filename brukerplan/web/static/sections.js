// Marks the section that is being read in the list at the side.

export function currentSection(list) {
  if (!list || !("IntersectionObserver" in window)) return;
  const links = new Map(
    [...list.querySelectorAll("a")].map((link) => [link.dataset.section, link]),
  );
  const seen = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) seen.add(entry.target.dataset.section);
        else seen.delete(entry.target.dataset.section);
      }
      const current = [...links.keys()].find((id) => seen.has(id));
      for (const [id, link] of links) {
        if (id === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-80px 0px -55% 0px" },
  );
  for (const id of links.keys()) observer.observe(document.getElementById(`del-${id}`));
}
