const accepted = 0.42;

/** Who works here, by the embeddings of their photos; in memory. */
export class Staff {
  #templates = [];

  enrol(employeeId, embedding) {
    this.#templates.push({ employeeId, embedding });
  }

  /** The person whose best photo is closest, or null when nobody is close enough. */
  match(embedding) {
    let best = { employeeId: null, similarity: -1 };
    for (const template of this.#templates) {
      const similarity = cosine(template.embedding, embedding);
      if (similarity > best.similarity)
        best = { employeeId: template.employeeId, similarity };
    }
    return { ...best, accepted: best.similarity >= accepted };
  }
}

/** Of two vectors of length one. */
export function cosine(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++)
    sum += a[i] * b[i];
  return sum;
}
