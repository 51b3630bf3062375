/** Runs one piece of work at a time, in the order they came. */
export class OneAtATime {
  #last = Promise.resolve();

  run(work) {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
