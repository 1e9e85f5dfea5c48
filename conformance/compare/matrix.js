// SPDX-License-Identifier: MIT
// Filters the rows of the matrix, and opens evidence where the reader is. Without it everything is
// there as well: all rows, and evidence at the end of its link.
"use strict";
(() => {
  const controls = document.querySelector(".controls");
  const bodies = [...document.querySelectorAll(".matrix tbody")];
  const rows = [...document.querySelectorAll(".matrix tr[data-in]")].map(row => ({
    row, shown: row.dataset.in.split(" "), words: row.textContent.toLowerCase(),
  }));
  const value = id => document.getElementById(id).value;

  function filter() {
    const choice = controls.querySelector("[name=rows]:checked").value;
    const words = value("find").toLowerCase().split(/\s+/).filter(Boolean);
    const exact = ["group", "impact", "level"].map(key => [key, value("choose-" + key)])
        .filter(([, wanted]) => wanted);
    let count = 0;
    for (const each of rows) {
      const shown = each.shown.includes(choice) && words.every(word => each.words.includes(word))
          && exact.every(([key, wanted]) => each.row.dataset[key] === wanted);
      if (each.row.hidden === shown) each.row.hidden = !shown;
      if (shown) ++count;
    }
    for (const body of bodies) body.hidden = !body.querySelector("tr[data-in]:not([hidden])");
    document.getElementById("count").textContent = `${count} of ${rows.length} requirements`;
  }
  controls.addEventListener("submit", event => event.preventDefault());
  controls.addEventListener("input", filter);
  controls.hidden = false;
  filter();

  const dialog = document.getElementById("shown");
  const place = dialog.querySelector("div");
  let home = null;  // Where the article that is shown belongs.
  document.addEventListener("click", event => {
    const link = event.target.closest("a");
    const id = link && link.getAttribute("href").slice(1);
    const row = link && document.getElementById(id);
    if (row && row.matches(".matrix tr") && row.hidden) {
      controls.reset();  // Else the link would lead nowhere.
      filter();
    }
    const article = link && link.matches(".opens") && document.getElementById(id);
    if (link && dialog.contains(link)) dialog.close();
    if (!article || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    home = document.createComment("");
    article.replaceWith(home);
    place.append(article);
    dialog.showModal();
    dialog.scrollTop = 0;
  });
  // Also where the reader clicks beside it.
  dialog.addEventListener("click", event => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    if (home) home.replaceWith(place.firstElementChild);
    home = null;
  });
})();
